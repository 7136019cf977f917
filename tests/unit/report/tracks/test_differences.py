import xml.etree.ElementTree as ElementTree

import pytest

from diversify.report.looks import NARROW, WIDE
from diversify.report.tracks.differences import (
    colour_of,
    draw_differences,
    shown_measures,
    units_of,
)


def told(track, differing=None):
    scores = {arm: track.code_scores(value) for arm, value in
              {"a": 0.5, "b": 0.6, "c" * 60: 0.4, track.HOSTILE: 0.5}.items()}  # fmt: skip
    return track.verdicts(scores, "a", differing)


@pytest.mark.parametrize("look", [WIDE, NARROW])
def test_every_arm_but_the_reference_is_drawn_for_every_measure(track, look):
    verdicts = told(track)
    arms = ["a", "b", "c" * 60, track.HOSTILE]
    text = draw_differences(verdicts.comparisons, arms, look)
    ElementTree.fromstring(text)
    assert text.count(">average<") == 1 and "HumanEval+" in text
    assert "c" * 23 + "…" in text and "c" * 24 not in text
    assert "<script>" not in text  # and its dollars are no formula
    assert "Difference from the reference, points" in text


def test_averages_come_first(track):
    assert [task for _, task, _ in shown_measures(told(track).comparisons)][:2] == [
        "average", "humaneval",
    ]  # fmt: skip


def test_a_colour_is_for_significant_differences_alone(track):
    verdicts = told(track, {("b", "mbpp"): "significantly higher",
                            ("c" * 60, "mbpp"): "significantly lower"})  # fmt: skip
    colours = {(one.arm, one.task): colour_of(one, WIDE) for one in verdicts.comparisons}
    assert colours["b", "mbpp"] == WIDE.main
    assert colours["c" * 60, "mbpp"] == WIDE.second
    assert colours["b", "average"] == WIDE.quiet


def test_less_is_better_turns_the_colours(track):
    more = {"metric": "bits_per_byte", "share": False, "less_is_better": True}
    given = track.comparison("b", "a", "mbpp", 1.0, 1.2, "significantly lower", **more)
    told = track.document({"a": {}}, "a") | {"comparisons": [given]}
    verdicts = track.Verdicts.model_validate(told)
    assert units_of(verdicts) == ["bits per byte"]
    assert colour_of(verdicts.comparisons[0], WIDE) == WIDE.main
    text = draw_differences(verdicts.comparisons, ["b"], WIDE)
    assert "bits per byte, lower is better" in text


def test_differences_that_are_all_zero_stand_on_a_scale_that_can_be_read(track):
    alike = track.verdicts({"a": track.code_scores(0.0), "b": track.code_scores(0.0)}, "a")
    zeros = [
        one.model_copy(update={"low": 0.0, "high": 0.0, "difference": 0.0})
        for one in alike.comparisons
    ]
    text = draw_differences(zeros, ["a", "b"], WIDE)
    assert "1e−" not in text
    assert ">0.0<" in text and ">1.0<" in text
