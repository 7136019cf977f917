import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.evaluation.bisecting.axis import Axis
from diversify.evaluation.bisecting.estimate import estimate, seeds_needed

RULES = Axis(30, 10_000, 0.15, logarithmic=True, whole=True)


def test_the_centre_is_the_geometric_mean_of_the_middles():
    found = estimate(RULES, [(100, 110), (400, 440)], 0.95)
    _, centre, _ = found.values(RULES)
    assert centre == pytest.approx(math.sqrt(100 * 110) ** 0.5 * math.sqrt(400 * 440) ** 0.5)


def test_the_interval_is_a_t_interval_on_the_logarithms():
    brackets = [(500, 560), (600, 680), (560, 630)]
    logs = [math.log(low * high) / 2 for low, high in brackets]
    mean = sum(logs) / 3
    spread = math.sqrt(sum((value - mean) ** 2 for value in logs) / 2)
    low, _, high = estimate(RULES, brackets, 0.95).values(RULES)
    half = 4.302653 * spread / math.sqrt(3)  # a table's t for 2 degrees of freedom
    assert math.log(low) == pytest.approx(mean - half, abs=1e-6)
    assert math.log(high) == pytest.approx(mean + half, abs=1e-6)


def test_brackets_that_cannot_be_narrowed_widen_the_interval():
    axis = Axis(3, 12, 0.15, logarithmic=True, whole=True, values=(3, 4, 6, 12))
    found = estimate(axis, [(4, 6), (4, 6), (4, 6)], 0.95)
    assert found.values(axis) == pytest.approx((4, math.sqrt(24), 6))
    assert found.half == found.unavoidable > 1


def test_brackets_that_were_cut_short_widen_the_interval():
    found = estimate(RULES, [(30, 10_000), (30, 10_000)], 0.95)
    assert found.values(RULES) == pytest.approx((30, math.sqrt(300_000), 10_000))


@given(st.lists(st.integers(30, 8000), min_size=2, max_size=8))
def test_the_interval_holds_its_centre_and_stays_within_the_range(lows):
    found = estimate(RULES, [(low, low + low // 7 + 2) for low in lows], 0.95)
    low, centre, high = found.values(RULES)
    assert 30 <= low <= centre <= high <= 10_000


def test_the_margin_widens_what_was_looked_at_before():
    brackets = [(500, 560), (600, 680), (560, 630)]
    once, again = (estimate(RULES, brackets, 0.95, margin) for margin in (1.0, 1.15))
    assert again.half == pytest.approx(1.15 * once.half)


def test_as_many_seeds_are_needed_as_bring_the_interval_within_a_step():
    found = estimate(RULES, [(500, 560), (700, 790), (900, 1020)], 0.95)
    assert found.half > 1
    needed = seeds_needed(found, 0.95, 1.0, 50)
    again = [(500, 560), (700, 790), (900, 1020)] * (needed // 3)
    assert estimate(RULES, again, 0.95).half == pytest.approx(1, abs=0.25)
    assert seeds_needed(found, 0.95, 1.0, 5) == 5
