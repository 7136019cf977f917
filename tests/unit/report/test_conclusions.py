from diversify.report.conclusions import conclude
from diversify.report.grids import find_grids
from diversify.report.panels import Grid
from diversify.report.scored import Score


def grid(axis: str, places: dict[float, list[int]], **others: int) -> Grid:
    scores = [
        {"cell": {axis: x, "seed": seed},
         "sets": {"unseen": {"rows": 100, "exact": exact}}
         | {name: {"rows": 100, "exact": count} for name, count in others.items()}}
        for x, found in places.items() for seed, exact in enumerate(found)
    ]  # fmt: skip
    return find_grids(map(Score.model_validate, scores))[0]


def test_a_rise_is_told_by_its_numbers() -> None:
    found = grid("instructions", {300: [0, 0], 1000: [4, 5], 10000: [86, 86]}, train=90)
    assert conclude(found, 0.95) == (
        "Unseen rules: 0.00 at 300 rules, 0.86 at 10,000 rules (means over 2 seeds). "
        "The largest step lies between 1,000 and 10,000 rules (0.04 to 0.86). "
        "On the rules it trained on: 0.90."
    )


def test_no_rise_is_said_aloud() -> None:
    found = grid("instructions", {300: [1, 2], 1000: [3, 0]})
    assert "no significant rise" in conclude(found, 0.95)


def test_one_seed_is_judged_by_its_test_rows() -> None:
    assert "no significant rise" not in conclude(grid("instructions", {10: [2], 20: [80]}), 0.95)
    assert "no significant rise" in conclude(grid("instructions", {10: [2], 20: [5]}), 0.95)


def test_one_place_alone_shows_no_trend() -> None:
    assert "shows no trend" in conclude(grid("share", {0.5: [70]}), 0.95)


def test_sweet_spot_tells_gain_and_price() -> None:
    found = grid("share", {0.0: [4, 5, 3], 0.5: [72, 71, 70]}, seen=82)
    assert conclude(found, 0.95).startswith(
        "Unseen core rules: 0.04 with 0 % for other domains, 0.71 with 50 % "
        "(means over 3 seeds; seen core rules: 0.82 and 0.82). 50 % is the best share tried"
    )


def test_other_domains_that_do_not_help_are_told_so() -> None:
    found = grid("share", {0.0: [60, 62], 0.5: [40, 45]})
    assert conclude(found, 0.95).startswith("Unseen core rules score highest at the lowest share")
