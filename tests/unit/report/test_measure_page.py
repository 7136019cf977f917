"""The report card in words, as text and as a page."""

import html
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diversify.config.measure import MeasureOptions
from diversify.curation.measure import MeasureResult
from diversify.curation.metrics.balance import source_table
from diversify.curation.metrics.comparison import compare
from diversify.report.measure_page import build_card, strip, write_card
from diversify.report.measure_text import card_text
from diversify.report.measure_words import conclusions, number, wording

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def result(**values: tuple[float, list[float]]) -> MeasureResult:
    pool = pd.Series([HOSTILE] * 30 + ["plain"] * 70)
    return MeasureResult(
        rows=10,
        pool_rows=100,
        comparisons=[compare(name, value, 0.5, draws, 0.95) for name, (value, draws) in
                     values.items()],
        sources=source_table(pool, pool.iloc[25:35]),
        options=MeasureOptions(draws=3),
    )  # fmt: skip


DRAWS = [1.0, 2.0, 3.0]
MIXED = result(
    vendi=(20.0, DRAWS),
    radius=(20.0, DRAWS),
    mean_distance=(2.5, DRAWS),
    prompt_words_mean=(-20.0, DRAWS),
)


def test_what_differs_is_named_with_its_direction() -> None:
    told = conclusions(MIXED)
    assert "More diverse: Vendi score." in told
    assert "Less diverse: coverage radius." in told
    assert "Otherwise different: mean words a prompt (lower)." in told
    assert "No significant difference: mean distance." in told
    assert "of 4, about 0.2 would by chance" in told[-1]


def test_no_difference_at_all_is_said_aloud() -> None:
    told = conclusions(result(vendi=(2.0, DRAWS), radius=(2.0, DRAWS)))
    assert told[1] == "No significant difference in any of 2 measures."


def test_the_whole_pool_is_compared_with_nothing() -> None:
    (told,) = conclusions(result(vendi=(2.0, [])))
    assert "no random draw" in told
    assert "no random draw" in card_text(result(vendi=(2.0, [])))
    assert "<svg" not in build_card(result(vendi=(2.0, [])), {})


def test_every_measure_has_words() -> None:
    from diversify.report.measure_words import WORDINGS

    assert {"cluster_entropy", "radius", "vendi", "novelsum", "tokens_mean"} <= set(WORDINGS)
    assert wording("distinct_2").name == "distinct-2"


def test_numbers_show_four_figures() -> None:
    shown = [number(value) for value in (0.123456, 12.3456, 1234.5, 1234567.0, 0.0, None)]
    assert shown == ["0.1235", "12.35", "1,234", "1,234,567", "0", ""]


def test_the_text_lines_up_and_steers_no_terminal() -> None:
    text = card_text(MIXED)
    assert "\x1b" not in text
    assert "10 of 100 rows (10 %)" in text
    table = text.split("\n\n")[1].splitlines()
    assert len({line.find("0.5") for line in table[1:]}) == 1


def test_all_things_on_a_strip_lie_on_it() -> None:
    found = strip(MIXED.comparisons[0])
    places = [found.value, found.low, found.low + found.width, *found.draws]
    assert all(0 <= place <= 100 for place in places)
    assert found.value == max(places)
    same = strip(compare("vendi", 2.0, 2.0, [2.0, 2.0], 0.95))
    assert same.value == same.low == 50


def test_texts_of_the_data_are_escaped_and_no_script_is_allowed() -> None:
    page = build_card(MIXED, {"inputs": {HOSTILE: "ab"}, "options": {}, "versions": {}})
    assert "<img" not in page and "<script" not in page and "://" not in page
    assert page.count(html.escape("<img src=x")) == 2
    assert "default-src 'none'; script-src 'none'" in page


def test_the_page_fits_its_window_and_asks_for_nothing(tmp_path: Path) -> None:
    api = pytest.importorskip("playwright.sync_api")
    found = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    if not any(found):
        pytest.skip("no Chromium on this machine")
    path = tmp_path / "card.html"
    rng = np.random.default_rng(0)
    many = {f"distinct_{n}": (0.5, rng.random(3).tolist()) for n in range(1, 6)}
    write_card(path, result(**many), {"inputs": {"a/very/long/path" * 9: "0" * 64}})
    with api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=next(filter(None, found)), args=FLAGS)
        for width in (1280, 375):
            page = browser.new_page(viewport={"width": width, "height": 800})
            asked: list[str] = []
            page.on("request", lambda one, asked=asked: asked.append(one.url))
            page.goto(path.as_uri())
            page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            wide = page.eval_on_selector_all("svg.strip", "all => all.map(one => one.clientWidth)")
            assert len(wide) == 5 and min(wide) > 150
            assert asked == [path.as_uri()]
        browser.close()
