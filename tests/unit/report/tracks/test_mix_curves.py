import xml.etree.ElementTree as ElementTree

import pytest

from diversify.report.looks import NARROW, WIDE, dark
from diversify.report.tracks.arms import Arm
from diversify.report.tracks.mix_curves import (
    curve_in_words,
    draw_mix_curves,
    mix_curve,
    thousands_of,
)

ARMS = [Arm("c", {"oss": 17_000, "alpaca": 3_000}), Arm("a", {"oss": 20_000}),
        Arm("b", {"oss": 18_000, "alpaca": 2_000}),
        Arm("d", {"oss": 18_000, "alpaca": 1_000, "cot": 1_000})]  # fmt: skip


def curve(track, averages, differing=None, reference="a"):
    scores = {arm: track.code_scores(value) for arm, value in averages.items()}
    found = mix_curve("Model", ARMS, track.verdicts(scores, reference, differing))
    assert found is not None
    return found


def test_mixes_of_20_000_rows_stand_in_their_order(track):
    found = curve(track, {"a": 0.6, "b": 0.65, "c": 0.61, "d": 0.7})
    assert [(one.thousands, one.score.arm) for one in found.points] == [
        (0, "a"),
        (2, "b"),
        (3, "c"),
    ]


def test_other_budgets_and_other_sources_are_not_of_the_figure():
    assert thousands_of((20_000, 0, 0)) == 0 and thousands_of((15_000, 5_000, 0)) == 5
    for other in ((60_000, 15_000, 0), (18_000, 1_000, 1_000), (14_000, 6_000, 0),
                  (19_500, 500, 0), None):  # fmt: skip
        assert thousands_of(other) is None


def test_a_best_mix_is_named_only_by_its_verdict(track):
    averages = {"a": 0.60, "b": 0.65, "c": 0.61}
    undecided = curve_in_words(curve(track, averages))
    assert undecided == (
        "Model: highest at 18:2 (65.0), against 60.0 at 20:0: no significant difference, so no mix "
        "is called best (+5.0 points, interval -1.0 to +11.0; one seed)."
    )
    sure = curve_in_words(curve(track, averages, {("b", "average"): "significantly higher"}))
    assert "against 60.0 at 20:0: significantly higher (+5.0" in sure


def test_general_rows_that_do_not_help_are_told_so(track):
    words = curve_in_words(curve(track, {"a": 0.66, "b": 0.65, "c": 0.61}))
    assert words.endswith("the fewest general rows tried: none of the others scored above it.")


def test_another_reference_judges_no_mix(track):
    words = curve_in_words(curve(track, {"a": 0.60, "b": 0.65, "c": 0.61}, reference="c"))
    assert words == "Model: highest at 18:2 (65.0); it was not compared with 60.0 at 20:0."


def test_one_mix_is_no_curve(track):
    assert mix_curve("Model", ARMS, track.verdicts({"a": track.code_scores(0.6)}, "a")) is None


@pytest.mark.parametrize("look", [WIDE, NARROW, dark(WIDE)])
def test_ours_are_drawn_before_the_papers_points(track, look):
    found = curve(track, {"a": 0.60, "b": 0.65, "c": 0.61})
    text = draw_mix_curves([found, found], look)
    ElementTree.fromstring(text)
    for part in ("mix-o", "mix-s", "papers-DeepSeek-Coder-6.7B", "papers-CodeQwen1.5-7B"):
        assert f'id="{part}"' in text
    assert all(f">{20 - one}:{one}</text>" in text for one in range(6))
