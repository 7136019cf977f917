from types import SimpleNamespace
from typing import Any

from diversify.report.grids import find_grids
from diversify.report.panels import Grid
from diversify.report.scored import Score


def grids(made: SimpleNamespace, name: str) -> list[Grid]:
    return find_grids(made.everything()[name])


def shape(grid: Grid) -> tuple[str, str, list[dict[str, Any]], list[Any]]:
    values = [dict(panel.values) for panel in grid.panels]
    return grid.axis, grid.curve, values, list(grid.panels[0].curves)


def test_no_ops_make_a_panel_for_each_kind_of_input_and_a_curve_for_each_share(
    made: SimpleNamespace,
) -> None:
    (grid,) = grids(made, "no-ops")
    assert shape(grid) == (
        "instructions", "noop_share",
        [{"set": "unseen_hasop"}, {"set": "unseen"}, {"set": "unseen_noop"}], [0.1, 0.3, 0.5],
    )  # fmt: skip


def test_with_one_share_of_no_ops_the_kinds_of_input_are_curves(made: SimpleNamespace) -> None:
    scores = [one for one in made.everything()["no-ops"] if one.cell["noop_share"] == 0.3]
    (grid,) = find_grids(scores)
    assert shape(grid) == ("instructions", "set", [{}], ["unseen_noop", "unseen", "unseen_hasop"])
    assert grid.rest == (("noop_share", 0.3),)


def test_with_one_number_of_rules_the_share_runs_along_x(made: SimpleNamespace) -> None:
    scores = [one for one in made.everything()["no-ops"] if one.cell["instructions"] == 3000]
    (grid,) = find_grids(scores)
    assert (grid.axis, grid.curve, grid.places) == ("noop_share", "set", [0.1, 0.3, 0.5])


def test_a_long_tail_has_a_curve_for_each_number_of_rules(made: SimpleNamespace) -> None:
    (grid,) = grids(made, "long tail")
    assert shape(grid) == ("shape", "instructions", [{}], [1000, 10000])
    assert grid.places == ["uniform", 1, 0.2, 0.05]


def test_restricted_semantics_has_a_row_for_each_test_set_and_a_column_for_each_family(
    made: SimpleNamespace,
) -> None:
    (grid,) = grids(made, "restricted semantics")
    families = ["repeated", "mirrored", "repeated+periodic+mirrored"]
    assert shape(grid) == (
        "k_max", "instructions",
        [{"set": name, "families": one} for name in ("unseen", "within") for one in families],
        [500, 5000],
    )  # fmt: skip


def test_encrypted_arms_stand_for_examples_and_shape(made: SimpleNamespace) -> None:
    (grid,) = grids(made, "encrypted")
    assert (grid.axis, grid.curve) == ("arm", "set")
    assert grid.places == ["all", "all, unevenly", "half, evenly", "half, unevenly"]
    assert grid.rest == (("instructions", 3000), ("key_length", 3))


def test_the_specialist_is_drawn_from_both_sides(made: SimpleNamespace) -> None:
    by_share, by_rules = grids(made, "algebra specialist")
    assert (by_share.axis, by_share.curve) == ("diversify_share", "diversify_rules")
    assert (by_rules.axis, by_rules.curve) == ("diversify_rules", "diversify_share")
    scores = made.everything()["algebra specialist"]
    one_side = find_grids([one for one in scores if one.cell["diversify_share"] == 0.1])
    assert [grid.axis for grid in one_side] == ["diversify_rules"]


def test_steps_run_along_x_and_sets_without_steps_are_left_to_the_table(
    made: SimpleNamespace,
) -> None:
    (grid,) = grids(made, "Markov algorithms")
    assert (grid.axis, grid.curve, grid.places) == ("steps", "answer", [1, 2, 3, 4, 5])
    assert all(len(points) == 15 for points in grid.curves.values())


def test_lengths_that_vary_make_panels(made: SimpleNamespace) -> None:
    axes = {"instructions": [10, 100], "input_length": [50, 100], "pattern_length": [20, 40]}
    (grid,) = find_grids(made.lab(axes, lambda **_: {"unseen": 0.5, "train": 0.9}))
    assert len(grid.panels) == 4
    assert [dict(panel.values) for panel in grid.panels][:2] == [
        {"pattern_length": 20, "input_length": 50}, {"pattern_length": 20, "input_length": 100},
    ]  # fmt: skip


def test_an_axis_without_a_role_makes_figures_of_its_own(made: SimpleNamespace) -> None:
    axes = {"instructions": [10, 100], "alphabet": [5, 26]}
    found = find_grids(made.lab(axes, lambda **_: {"unseen": 0.5}))
    assert [grid.rest for grid in found] == [(("alphabet", 5),), (("alphabet", 26),)]


def test_every_result_of_a_grid_stands_in_one_of_its_panels(made: SimpleNamespace) -> None:
    for name, scores in made.everything().items():
        for grid in find_grids(scores):
            drawn = sum(len(one) for panel in grid.panels for one in panel.curves.values())
            wanted = [
                one
                for one in grid.results
                if one.values["set"] in grid.sets and grid.axis in one.values
            ]
            assert drawn == len(wanted) > 0, name


def test_answers_equal_in_value_are_a_curve_of_their_own() -> None:
    counts = {"rows": 10, "exact": 3, "structure": 5, "equivalent": 7, "unchanged": 1}
    scores = [Score.model_validate({"cell": {"rules": rules}, "sets": {"unseen": counts}})
              for rules in (10, 20)]  # fmt: skip
    (grid,) = find_grids(scores)
    assert {name: points[0].right for name, points in grid.curves.items()} == {
        "unseen_equivalent": 7, "unseen": 5,
    }  # fmt: skip
    assert grid.measure == "right structure"


def test_of_unknown_test_sets_the_first_few_are_drawn_the_first_on_top() -> None:
    sets = {f"set{number}": {"rows": 10, "exact": number} for number in range(8)}
    scores = [Score.model_validate({"cell": {"model": name}, "sets": sets}) for name in "ab"]
    (grid,) = find_grids(scores)
    assert grid.sets == ("set4", "set3", "set2", "set1", "set0")
