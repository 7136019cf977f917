import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.evaluation.bisecting.axis import Axis, nearest_rung

RULES = Axis(30, 10_000, 0.15, logarithmic=True, whole=True)
SHARE = Axis(0.0, 0.9, 0.1, logarithmic=False, whole=False)
SHAPE = Axis(0.03, 2.0, 0.15, logarithmic=True, whole=False)


@pytest.mark.parametrize("axis", [RULES, SHARE, SHAPE])
@given(turn=st.integers(0, 50))
def test_a_ladder_climbs_from_end_to_end_in_steps_of_the_resolution(axis, turn):
    ladder = axis.ladder(turn)
    assert (ladder[0], ladder[-1]) == (axis.low, axis.high)
    steps = [axis.place(high) - axis.place(low) for low, high in pairwise(ladder)]
    rounding = 0.5 if axis.whole else 0.01  # 30 and 34 for 30 and 34.5
    assert all(0 < step <= 1 + rounding for step in steps)


def test_a_step_is_the_resolution():
    assert RULES.place(1150) - RULES.place(1000) == pytest.approx(1)
    assert SHARE.place(0.59) - SHARE.place(0.5) == pytest.approx(1)


@given(st.floats(0.03, 2.0))
def test_a_value_has_one_place(value):
    assert SHAPE.value(SHAPE.place(value)) == pytest.approx(value)


def test_a_grid_of_whole_numbers_has_as_many_points_as_steps_fit_between_its_ends():
    steps = math.ceil(math.log(10_000 / 30) / math.log(1.15))
    assert len(RULES.ladder()) == steps + 1 == 43
    assert all(isinstance(value, int) for value in RULES.ladder())


def test_the_rungs_of_seeds_are_spread_evenly_over_a_step():
    offsets = sorted((SHAPE.place(SHAPE.ladder(turn)[7]) - 7) % 1 for turn in range(13))
    gaps = [high - low for low, high in pairwise([*offsets, offsets[0] + 1])]
    assert max(gaps) < 2.5 / 13


def test_values_that_are_given_are_the_only_ones():
    axis = Axis(3, 12, 0.15, logarithmic=True, whole=True, values=(3, 4, 6, 12))
    assert axis.ladder(0) == axis.ladder(5) == (3, 4, 6, 12)
    assert axis.unavoidable(6, 12)


def test_neighbouring_whole_numbers_cannot_be_told_apart_further():
    assert RULES.unavoidable(31, 32)
    assert not RULES.unavoidable(31, 33)
    assert not SHAPE.unavoidable(1.0, 1.5)
    few = Axis(2, 9, 0.05, logarithmic=True, whole=True)
    assert few.ladder() == tuple(range(2, 10))


def test_the_nearest_rung_is_nearest_on_the_scale():
    axis = Axis(1, 100, 0.15, logarithmic=True, whole=True, values=(1, 10, 100))
    assert nearest_rung(axis, axis.values, axis.place(40)) == 2
    assert nearest_rung(axis, axis.values, axis.place(30)) == 1
