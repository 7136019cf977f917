"""Every kind of experiment is told by its numbers, and no effect is said aloud too."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.report.conclusions import conclude
from diversify.report.cross import cross_tables
from diversify.report.grids import find_grids

Tell = Callable[..., list[str]]


@pytest.fixture
def tell(made: SimpleNamespace) -> Tell:
    def told(
        axes: dict[str, list[Any]], right: Callable[..., dict[str, float]], seeds: int = 3
    ) -> list[str]:
        return [conclude(grid, 0.95) for grid in find_grids(made.lab(axes, right, seeds))]

    return told


def test_no_ops_say_from_where_on_the_shares_differ_by_how_little(tell: Tell) -> None:
    jump = {300: 0.0, 1000: 0.2, 3000: 0.7}
    axes = {"instructions": [*jump], "noop_share": [0.1, 0.5]}
    (told,) = tell(
        axes,
        lambda instructions, noop_share: {
            "unseen_hasop": jump[instructions], "unseen_noop": 0.9, "unseen": 0.5,
        },
    )  # fmt: skip
    assert told == (
        "Inputs with something to do: 0.00 at 300 rules; from 3,000 rules on, accuracy on them "
        "differs by at most 0.00 between shares of 10 % and 50 % "
        "(no significant difference in any of 1 pairs, over 3 seeds). "
        "Inputs with nothing to do: 0.90."
    )


def test_no_ops_that_matter_are_told_so(tell: Tell) -> None:
    axes = {"instructions": [3000], "noop_share": [0.1, 0.5]}
    (told,) = tell(axes, lambda instructions, noop_share: {"unseen_hasop": 0.5 + noop_share})
    assert "differs by at most 0.40" in told
    assert "a significant difference in 1 of 1 pairs" in told


def test_one_share_of_no_ops_is_told_by_its_rise(tell: Tell) -> None:
    axes = {"instructions": [300, 3000], "noop_share": [0.3]}
    (told,) = tell(axes, lambda instructions, noop_share: {"unseen_hasop": instructions / 4000})
    assert told.startswith("Unseen, something to do: 0.08 at 300 rules, 0.75 at 3,000 rules")


def test_no_ops_that_never_pass_are_not_compared(tell: Tell) -> None:
    axes = {"instructions": [300, 1000], "noop_share": [0.1, 0.5]}
    (told,) = tell(axes, lambda instructions, noop_share: {"unseen_hasop": instructions / 1e4})
    assert "at no number of rules do all shares reach 0.5" in told
    assert "0.10 at 1,000 rules" in told


def test_a_long_tail_is_told_for_each_number_of_rules(tell: Tell) -> None:
    axes = {"shape": ["uniform", 0.05], "instructions": [1000, 10000]}
    (told,) = tell(
        axes,
        lambda shape, instructions: {
            "unseen": 0.1 if shape == 0.05 and instructions == 1000 else 0.9
        },
    )
    assert told == (
        "1,000 rules: 0.90 evenly shared, 0.10 at a = 0.05 (a significant drop, over 3 seeds). "
        "10,000 rules: 0.90 evenly shared, 0.90 at a = 0.05 "
        "(no significant difference, over 3 seeds)."
    )


def test_single_families_are_told_against_the_mixture(made: SimpleNamespace) -> None:
    (grid,) = find_grids(made.everything()["restricted semantics"])
    assert conclude(grid, 0.95) == (
        "At lower k (5,000 rules, k up to 4): 0.01 with repeated, 0.01 with mirrored and 0.60 with "
        "all three. The mixture against the best single family, repeated: +0.59 "
        "(a significant rise, over 3 seeds). "
        "More rules, all three: 0.01 at 500 rules, 0.60 at 5,000 rules "
        "(a significant rise, over 3 seeds). "
        "Larger k, all three: 0.60 at k up to 4, 0.40 at k up to 6 "
        "(a significant drop, over 3 seeds). "
        "Unseen rules at the k they trained on: 0.90."
    )


def test_a_mixture_that_helps_no_more_is_told_so(tell: Tell) -> None:
    axes = {"families": ["repeated", "repeated+mirrored"], "k_max": [4]}
    (told,) = tell(axes, lambda families, k_max: {"unseen": 0.3})
    assert "+0.00 (no significant difference, over 3 seeds)" in told


def test_the_mixed_row_is_called_highest_only_where_it_is(tell: Tell) -> None:
    axes = {"occurrences": [1, 10, "1+5+10"], "instructions": [500, 1000]}
    (told,) = tell(
        axes,
        lambda occurrences, instructions: {
            "unseen": 0.9 if occurrences == "1+5+10" and instructions == 1000
            else 0.2 if occurrences == 10 else 0.1
        },
    )  # fmt: skip
    assert told == (
        "Training on a mixture (1 + 5 + 10 ×) scores highest at 1,000 rules. "
        "At 500 rules, 10 × does. Seed by seed it is above every other row at 1,000 rules."
    )


def test_one_seed_makes_no_row_best(tell: Tell) -> None:
    axes = {"occurrences": [1, "1+5"], "instructions": [500, 1000]}
    right = {1: 0.1, "1+5": 0.9}
    (told,) = tell(axes, lambda occurrences, instructions: {"unseen": right[occurrences]}, seeds=1)
    assert "No significant lead over every other row" in told


def test_halves_are_told_against_the_whole(made: SimpleNamespace) -> None:
    scores = made.everything()["encrypted"]
    kept = [one for one in scores if one.cell["shape"] == "uniform" or one.cell["examples"] < 3e4]
    (grid,) = find_grids(kept)
    told = conclude(grid, 0.95)
    assert told.startswith("3,000 rules, all examples: 0.90 (means over 3 seeds).")
    assert "half, evenly: 0.90 (+0.00, no significant difference, over 3 seeds)" in told
    assert "half, unevenly: 0.90" in told


def test_a_peak_is_a_peak_only_where_both_ends_lie_below(made: SimpleNamespace, tell: Tell) -> None:
    by_share, by_rules = find_grids(made.everything()["algebra specialist"])
    assert conclude(by_share, 0.95).startswith(
        "20 diversifying rules: highest at 10 % (0.40), significantly above 0.20 and 0.20 at the "
        "ends: a peak."
    )
    assert "20 % diversifying: 0.20 with 20 diversifying rules, 0.20 with 40 (no significant" in (
        conclude(by_rules, 0.95)
    )
    axes = {"diversify_share": [0.02, 0.1, 0.2], "diversify_rules": [20]}
    (told,) = tell(axes, lambda diversify_share, diversify_rules: {"unseen": diversify_share})
    assert "highest at 20 % (0.20), the highest share tried: no peak inside the range." in told
    (told,) = tell(
        axes,
        lambda diversify_share, diversify_rules: {"unseen": 0.3 + (diversify_share == 0.1) / 100},
        seeds=1,
    )
    assert "no significant peak, by the test rows of one seed" in told


def test_a_share_is_told_without_the_number_of_rules_where_no_cell_holds_it(tell: Tell) -> None:
    axes = {"diversify_share": [0.0, 0.1, 0.2]}
    (told,) = tell(axes, lambda diversify_share: {"unseen": 0.5 - diversify_share})
    assert told == "Highest at 0 % (0.50), the lowest share tried: no peak inside the range."


def test_the_generalist_tells_equal_answers_beside_the_right_ones(made: SimpleNamespace) -> None:
    scores = made.lab({"rules": [10, 40]}, lambda rules: {"unseen": rules / 50})
    for one in scores:
        one.sets["unseen"].structure = one.sets["unseen"].exact
        one.sets["unseen"].equivalent = one.sets["unseen"].exact + 100
    (grid,) = find_grids(scores)
    assert conclude(grid, 0.95) == (
        "Unseen rules, the rewrite asked for: 0.20 at 10 rules, 0.80 at 40 rules "
        "(means over 3 seeds). "
        "Answers equal in value, however written: 0.30 to 0.90."
    )


def test_markov_algorithms_are_told_step_by_step(made: SimpleNamespace) -> None:
    (grid,) = find_grids(made.everything()["Markov algorithms"])
    assert conclude(grid, 0.95) == (
        "Result: 0.90, 0.45, 0.30, 0.23 and 0.18 at 1, 2, 3, 4 and 5 steps. "
        "Trace: 0.90, 0.90, 0.90, 0.90 and 0.90 at 1, 2, 3, 4 and 5 steps. "
        "Trace is significantly above result at 2, 3, 4 and 5 steps; "
        "no significant difference at 1 step."
    )


def test_an_unknown_axis_is_told_plainly(tell: Tell) -> None:
    axes = {"learning_rate": [0.001, 0.01]}
    (told,) = tell(axes, lambda learning_rate: {"unseen": 0.1 + 20 * learning_rate})
    assert told.startswith(
        "unseen: 0.30 at learning rate 0.01, 0.12 at learning rate 0.001. "
        "Learning rate 0.01 is the best learning rate tried"
    )


def test_a_known_experiment_without_its_main_test_set_is_told_plainly(tell: Tell) -> None:
    (told,) = tell({"instructions": [10, 100]}, lambda instructions: {"mine": 0.5})
    assert told.startswith("Mine: 0.50 at 10 rules")


def test_panels_are_told_one_by_one(tell: Tell) -> None:
    axes = {"instructions": [10, 100], "input_length": [50, 100]}
    (told,) = tell(axes, lambda instructions, input_length: {"unseen": instructions / 200})
    assert told.startswith("Input 50: unseen rules: 0.05 at 10 rules, 0.50 at 100 rules")
    assert "Input 100: unseen rules" in told


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_part_of_an_experiment_is_told_and_tabulated(
    made: SimpleNamespace, data: st.DataObject
) -> None:
    scores = made.everything()[data.draw(st.sampled_from(sorted(made.everything())))]
    some = data.draw(st.lists(st.sampled_from(range(len(scores))), min_size=1, unique=True))
    for grid in find_grids([scores[index] for index in some]):
        told = conclude(grid, 0.95)
        assert told.endswith(".") and "nan" not in told
        cross_tables(grid, 0.95)
