from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from diversify.errors import DataError
from diversify.report.documents import read_experiments


def test_documents_are_grouped_by_the_folder_above_their_stage(results: Path) -> None:
    experiments = read_experiments(sorted(results.rglob("*.json")))
    assert [one.name for one in experiments] == ["edits", "rewrite"]
    assert [len(one.scores) for one in experiments] == [9, 6]
    assert {found.cell for found in experiments[1].documents} >= {"i100-s0", "i10000-s1"}


def test_experiments_and_documents_come_in_the_order_given_each_file_once(results: Path) -> None:
    paths = sorted(results.rglob("*.json"))
    forward, backward = read_experiments([*paths, paths[0]]), read_experiments(paths[::-1])
    assert [one.name for one in backward] == [one.name for one in forward][::-1]
    for one, other in zip(forward, backward[::-1], strict=True):
        assert one.documents == other.documents[::-1]


def test_a_document_outside_such_folders_belongs_to_its_own_folder(
    tmp_path: Path, made: SimpleNamespace
) -> None:
    path = made.put(tmp_path / "mine" / "a.json", made.score({"share": 0.1}, unseen=3))
    assert [one.name for one in read_experiments([path])] == ["mine"]


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        ({"rows": 3}, "has no 'stage'"),
        ({"stage": "evaluate"}, "sets: Field required"),
        ({"stage": "evaluate", "sets": {"unseen": {"rows": 2, "exact": 3}}}, "exact is larger"),
        (
            {"stage": "evaluate", "sets": {"u": {"rows": 2, "exact": 1, "equivalent": 3}}},
            "equivalent is larger than rows",
        ),
        ({"stage": "map", "points": {"x": [1], "y": [], "text": [], "source": []}}, "differ in"),
    ],
)
def test_a_file_that_is_no_such_document_is_named(
    tmp_path: Path, document: dict[str, Any], complaint: str, made: SimpleNamespace
) -> None:
    path = made.put(tmp_path / "x.json", document)
    with pytest.raises(DataError, match=complaint) as caught:
        read_experiments([path])
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_place_that_is_no_number_is_refused(tmp_path: Path, made: SimpleNamespace) -> None:
    document = made.map_document()
    document["points"]["x"][0] = float("nan")
    with pytest.raises(DataError, match=r"points\.x\.0"):
        read_experiments([made.put(tmp_path / "map.json", document)])


def test_two_scores_of_one_cell_and_seed_are_refused(tmp_path: Path, made: SimpleNamespace) -> None:
    document = made.score({"share": 0.1, "seed": 0}, unseen=3)
    paths = [made.put(tmp_path / "e" / "evaluate" / name / "s.json", document) for name in "ab"]
    with pytest.raises(DataError, match="same cell and seed as"):
        read_experiments(paths)


def test_a_manifest_does_not_count_as_a_second_mix(tmp_path: Path, made: SimpleNamespace) -> None:
    folder = tmp_path / "e" / "mix" / "a"
    made.put(folder / "summary.json", {"stage": "mix", "budget": 5})
    made.put(folder / "mix.manifest.json", {"stage": "mix", "budget": 5, "manifest": 1})
    (experiment,) = read_experiments(sorted(folder.iterdir()))
    assert [found.path.name for found in experiment.documents] == ["summary.json"]
