import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.evaluation.bisecting.bracket import (
    Bracket,
    Point,
    direction,
    find_bracket,
    next_value,
    reversals,
)

LADDER = (10, 20, 30, 40, 50, 60, 70, 80)


def point(accuracy, reach=0.02):
    return Point(round(accuracy * 1000), 1000, max(accuracy - reach, 0), min(accuracy + reach, 1))


def points(**accuracies):
    return {int(name[1:]): point(accuracy) for name, accuracy in accuracies.items()}


def test_a_bracket_lies_between_the_last_point_below_and_the_first_above():
    seen = points(v10=0.0, v30=0.2, v40=0.5, v80=0.9)
    assert find_bracket(seen, 0.5, rising=True) == Bracket(30, 40)


def test_where_accuracy_falls_the_sides_change_places():
    seen = points(v10=0.9, v30=0.5, v40=0.2, v80=0.0)
    assert find_bracket(seen, 0.5, rising=False) == Bracket(30, 40)


@given(st.lists(st.booleans(), min_size=1, max_size=8), st.booleans())
def test_no_other_cut_misplaces_fewer_points(above, rising):
    seen = {value: point(0.9 if is_above else 0.1) for value, is_above in enumerate(above)}
    bracket = find_bracket(seen, 0.5, rising)
    cut = -1 if bracket.low is None else bracket.low

    def misplaced(at):
        return [v for v, is_above in enumerate(above) if (is_above == rising) != (v > at)]

    assert list(bracket.misplaced) == misplaced(cut)
    fewest = min(len(misplaced(at)) for at in range(-1, len(above)))
    assert len(bracket.misplaced) == fewest
    assert cut == min(at for at in range(-1, len(above)) if len(misplaced(at)) == fewest)


def test_points_on_the_wrong_side_are_named():
    seen = points(v10=0.1, v20=0.8, v30=0.2, v40=0.9, v50=0.9)
    assert find_bracket(seen, 0.5, rising=True) == Bracket(10, 20, misplaced=(30,))


@pytest.mark.parametrize(
    ("accuracies", "expected"),
    [
        ({"v10": 0.1, "v80": 0.9}, 40),  # halves
        ({"v10": 0.1, "v40": 0.9}, 20),
        ({"v30": 0.1, "v40": 0.9}, None),  # neighbours: done
        ({"v20": 0.1, "v30": 0.2}, 50),  # both below: twice their distance further up
        ({"v50": 0.1, "v70": 0.2}, 80),  # no further than the end
        ({"v10": 0.1, "v80": 0.2}, None),  # never passed
        ({"v40": 0.8, "v50": 0.9}, 20),
        ({"v20": 0.8, "v50": 0.9}, 10),
        ({"v10": 0.8, "v80": 0.9}, None),
        ({"v30": 0.8, "v40": 0.2}, 10),  # the wrong way round: where it is first passed
    ],
)
def test_what_a_seed_tries_next(accuracies, expected):
    seen = points(**accuracies)
    assert next_value(LADDER, seen, find_bracket(seen, 0.5, rising=True)) == expected


def test_a_fall_beyond_the_intervals_is_noticed():
    seen = {10: point(0.1), 20: point(0.3), 30: point(0.2), 40: point(0.19), 50: point(0.9)}
    assert reversals(seen, rising=True) == [(20, 30)]
    assert reversals(seen, rising=False) == [(10, 20), (40, 50)]


def test_the_direction_is_that_of_most_seeds():
    up, down, flat = points(v1=0.1, v9=0.9), points(v1=0.9, v9=0.1), points(v1=0.1, v9=0.2)
    assert direction([up, up, down], 0.5) is True
    assert direction([down, flat, flat], 0.5) is False
    assert direction([flat, flat], 0.5) is None


def test_a_point_is_uncertain_where_its_interval_holds_the_level():
    assert point(0.51).uncertain(0.5)
    assert not point(0.53).uncertain(0.5)
    assert point(0.5).above(0.5)
