import pytest

from diversify.report.tracks.arms import Arm
from diversify.report.tracks.layout import best_table, paper_view
from diversify.report.tracks.paper_tables import TABLE_1, TABLE_2, TABLE_3

OSS20, OSS18 = Arm("base", {"oss": 20_000}), Arm("tenth", {"oss": 18_000, "alpaca": 2_000})
OSS75 = Arm("large", {"oss": 75_000})


def told(track, differing=None):
    scores = {"base": track.code_scores(0.60), "tenth": track.code_scores(0.63),
              "large": track.code_scores(0.64)}  # fmt: skip
    return track.verdicts(scores, "base", differing)


def test_ours_stand_beside_theirs_in_the_row_of_the_same_composition(track):
    view = paper_view(TABLE_1, [OSS18, OSS20], told(track), "mine")
    assert [line.arm for line in view.lines] == ["base", "", "tenth", *[""] * 12]
    assert view.heads == ["HumanEval", "HumanEval+", "MBPP", "MBPP+", "Average", "Gain, %"]
    base, tenth = view.lines[0], view.lines[2]
    assert base.thousands == ["15", "5", "0", "0"]
    assert [(cell.ours, cell.theirs) for cell in tenth.cells] == [
        ("63.0", "68.3"), ("63.0", "61.6"), ("63.0", "75.4"), ("63.0", "63.2"), ("63.0", "67.1"),
        ("+5.0", "+4.6"),
    ]  # fmt: skip
    assert (base.cells[-1].ours, base.cells[-1].theirs) == ("", "")
    assert tenth.cells[0].note == "58–68"


def test_cells_are_empty_where_nothing_was_run(track):
    view = paper_view(TABLE_1, [OSS20], told(track), "mine")
    assert not any(cell.ours for line in view.lines[1:] for cell in line.cells)
    assert all(cell.theirs for line in view.lines[1:6] for cell in line.cells)


def test_a_mark_stands_only_for_a_significant_difference_from_the_row_of_reference(track):
    found = told(track, {("tenth", "average"): "significantly higher",
                         ("large", "average"): "significantly higher"})  # fmt: skip
    view = paper_view(TABLE_1, [OSS20, OSS18, OSS75], found, "mine")
    assert view.has_marks
    assert [cell.ours for cell in view.lines[2].cells][:5] == ["63.0"] * 4 + ["63.0 ▲"]
    # the larger budget was compared with the smaller one, which is no row of its base
    assert view.lines[6].cells[4].ours == "64.0"
    assert not paper_view(TABLE_1, [OSS20, OSS18], told(track), "mine").has_marks


def test_no_gain_is_told_without_our_own_row_of_reference(track):
    view = paper_view(TABLE_1, [OSS18], told(track), "mine")
    assert view.lines[2].cells[-1].ours == ""


@pytest.mark.parametrize(
    ("bases", "number"),
    [(["deepseek-ai/deepseek-coder-6.7b-base"], 1), (["Qwen/CodeQwen1.5-7B"], 2), ([], 1)],
)
def test_the_base_model_chooses_between_tables_that_have_arms_in_common(track, bases, number):
    assert best_table([OSS20, OSS18], told(track), bases).number == number


def test_of_unknown_models_the_table_with_more_of_the_arms_is_taken(track):
    both = Arm("tenth", {"oss": 18_000, "alpaca": 1_000, "cot": 1_000})  # in table 2 alone
    assert best_table([OSS20, both], told(track), []) is TABLE_2


def test_table_3_is_known_by_its_sources(track):
    scores = {name: {"overall": 0.4, "overall without if": 0.45} for name in ("base", "tenth")}
    arms = [Arm("base", {"ui": 20_000}), Arm("tenth", {"ui": 10_000, "oo": 10_000})]
    verdicts = track.verdicts(scores, "base")
    assert best_table(arms, verdicts, []) is TABLE_3
    view = paper_view(TABLE_3, arms, verdicts, "")
    first = view.lines[0].cells
    assert [(cell.ours, cell.theirs) for cell in first] == [
        ("40.0", "39.07"), ("", "25.32"), ("45.0", "47.27"), ("", "44.94"),
    ]  # fmt: skip
    assert "no mean of the columns here" in view.table.foot.replace("\n", " ")


@pytest.mark.parametrize(
    "arms",
    [
        [Arm("base", {"oss": 2_000}), Arm("tenth", {"oss": 1_800, "alpaca": 200})],
        [Arm("base", {"oss": 20_000, "lima": 1})],
        [Arm("other", {"oss": 20_000})],
        [Arm("base", {})],
    ],
)
def test_other_rows_other_sources_and_unscored_arms_match_no_table(track, arms):
    assert best_table(arms, told(track), ["deepseek-coder-6.7b"]) is None
