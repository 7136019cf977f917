from types import SimpleNamespace

from diversify.report.cross import Crossed, cross_tables
from diversify.report.grids import find_grids


def tables(made: SimpleNamespace, name: str) -> list[Crossed]:
    return [one for grid in find_grids(made.everything()[name]) for one in cross_tables(grid, 0.95)]


def test_occurrences_stand_against_rules_with_the_papers_values_beside(
    made: SimpleNamespace,
) -> None:
    ours, theirs = tables(made, "occurrences")
    assert ours.content.heads == ["occurrences", "500 rules", "1,000 rules", "2,000 rules"]
    assert [row[0] for row in ours.content.rows] == ["1 ×", "10 ×", "1 + 5 + 10 ×"]
    assert ours.content.rows[1][2] == "0.135 [0.13, 0.14]; papers 0.71"
    assert ";" not in ours.content.rows[2][1]  # theirs mixes other numbers
    assert theirs.title == "Table 1 of the papers, at their scale"
    assert theirs.content.rows[-1] == ["1 + 5 + 10 + 15 + 20 ×", "0.00", "0.62", "0.94", "0.94"]


def test_their_own_mixture_has_their_value(made: SimpleNamespace) -> None:
    axes = {"occurrences": [1, "1+5+10+15+20"], "instructions": [500, 1000]}
    grid = find_grids(made.lab(axes, lambda **_: {"unseen": 0.5}, seeds=1))[0]
    assert cross_tables(grid, 0.95)[0].content.rows[1][1] == "0.500 [0.47, 0.53]; papers 0.62"


def test_no_ops_have_a_table_for_each_kind_of_input(made: SimpleNamespace) -> None:
    found = tables(made, "no-ops")
    assert [one.title.split(":")[0] for one in found] == [
        "Unseen, something to do", "Average of the two", "Unseen, nothing to do",
    ]  # fmt: skip
    assert [row[0] for row in found[0].content.rows] == ["10 %", "30 %", "50 %"]


def test_a_third_axis_runs_down_beside_the_first(made: SimpleNamespace) -> None:
    lower, within = tables(made, "restricted semantics")
    assert lower.content.heads == ["families", "k max", "500 rules", "5,000 rules"]
    assert lower.named == 2
    assert lower.content.rows[-1][:2] == ["all three", "6"]
    assert len(lower.content.rows) == len(within.content.rows) == 6


def test_a_second_figure_of_the_same_scores_has_no_second_table(made: SimpleNamespace) -> None:
    (found,) = tables(made, "algebra specialist")
    assert found.content.heads[1:] == ["2 % diversifying", "10 % diversifying", "20 % diversifying"]


def test_one_axis_makes_no_cross_table(made: SimpleNamespace) -> None:
    assert tables(made, "threshold") == tables(made, "sweet spot") == []
