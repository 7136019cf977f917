import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from diversify.config.report import ReportOptions
from diversify.report.documents import MapDocument, read_experiments
from diversify.report.map_view import as_script_data, map_data, view_of
from diversify.report.page import build_page, write_page


def page_of(root: Path) -> str:
    return build_page(read_experiments(sorted(root.rglob("*.json"))), ReportOptions())


@pytest.fixture(scope="module")
def page(shared_results: Path) -> str:
    return page_of(shared_results)


def without_scripts(page: str) -> str:
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_page_holds_every_part(page: str) -> None:
    page = without_scripts(page)
    for words in ("All scores", "From raw rows to training rows", "before and after the mix",
                  "The map of instructions", "Training</h3>", "What was run"):  # fmt: skip
        assert words in page
    assert "50 % is the best share tried" in page
    assert page.count('<img class="drawn"') == 3


def test_page_without_documents_says_so() -> None:
    page = build_page([], ReportOptions(title="Mine <b>"))
    assert "No documents were given" in page
    assert "<h1>Mine &lt;b&gt;</h1>" in page
    assert "<script" not in page


def test_missing_parts_are_left_out(tmp_path: Path, made: SimpleNamespace) -> None:
    made.put(
        tmp_path / "e" / "evaluate" / "s.json", made.score({"tail": 0.1, "seed": 0}, unseen=20)
    )
    page = page_of(tmp_path)
    assert "All scores" in page and "0.100 [" in page
    for words in ("The map of", "Training</h3>", "From raw rows", "<img", "<script"):
        assert words not in page


def test_names_of_arms_stand_at_the_left_and_numbers_at_the_right(
    tmp_path: Path, made: SimpleNamespace
) -> None:
    for arm in ("code", "mixed"):
        made.put(
            tmp_path / "e" / "evaluate" / f"{arm}.json",
            made.score({"arm": arm, "seed": 0}, unseen=20),
        )
    page = page_of(tmp_path)
    assert "<th>arm</th>" in page and "<td>code</td>" in page
    assert '<th class="number">unseen</th>' in page


def test_texts_of_the_data_are_escaped(page: str, made: SimpleNamespace) -> None:
    assert "window.hacked" in page
    assert made.HOSTILE not in page and made.HOSTILE_SOURCE not in page
    assert "<script>window" not in page and "<img src=x" not in page


def test_policy_names_every_script_and_no_network(page: str) -> None:
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.count("sha256-") == page.count("<script>") == 1
    assert "http" not in policy and "unsafe-eval" not in policy


def test_the_drawing_script_is_inlined_once_for_many_maps(
    results: Path, made: SimpleNamespace
) -> None:
    document = json.loads((results / "edits" / "map" / "map.json").read_text())
    made.put(results / "rewrite" / "map" / "map.json", document)
    page = page_of(results)
    assert page.count('<article class="map">') == 2
    assert page.count("<script>") == 1


def test_same_documents_same_page(page: str, shared_results: Path, tmp_path: Path) -> None:
    experiments = read_experiments(sorted(shared_results.rglob("*.json")))
    write_page(tmp_path / "index.html", experiments, ReportOptions())
    assert (tmp_path / "index.html").read_bytes() == page.encode()


def test_data_cannot_close_their_script_element() -> None:
    text = as_script_data({"a": "</script><!--\u2028&"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"a": "</script><!--\u2028&"}


def test_map_without_clusters_and_picks_has_neither() -> None:
    points = {"x": [1.0], "y": [2.0], "source": ["s"], "text": ["t"], "picked": [False]}
    data = map_data(view_of(MapDocument.model_validate({"points": points})))
    assert (data["cluster"], data["picked"], data["tests"]) == (None, None, [])
