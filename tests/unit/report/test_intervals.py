import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from diversify.report.intervals import over_seeds, paired_t, wilson


def test_wilson_gives_the_textbook_interval() -> None:
    # 15 of 20 at 95 %, by the closed formula
    found = wilson(15, 20, 0.95)
    assert (found.center, round(found.low, 4), round(found.high, 4)) == (0.75, 0.5313, 0.8881)


def test_wilson_of_nothing_right_still_has_a_width() -> None:
    found = wilson(0, 100, 0.95)
    assert found.low == pytest.approx(0.0, abs=1e-12)
    assert found.high == pytest.approx(0.0370, abs=1e-4)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_estimate_and_stays_within_0_and_1(counts: tuple[int, int]) -> None:
    found = wilson(*counts, 0.95)
    assert -1e-9 <= found.low <= found.center + 1e-9
    assert found.center - 1e-9 <= found.high <= 1 + 1e-9


def test_interval_over_seeds_is_the_t_interval_of_their_means() -> None:
    found = over_seeds([0.72, 0.71, 0.63], 0.95)
    assert found is not None
    half = 4.302653 * math.sqrt(0.00243333) / math.sqrt(3)
    assert found.center == pytest.approx(0.686667, abs=1e-6)
    assert found.high - found.center == pytest.approx(half, abs=1e-5)


def test_one_seed_has_no_interval_over_seeds() -> None:
    assert over_seeds([0.7], 0.95) is None


def test_interval_over_seeds_is_cut_to_0_and_1() -> None:
    found = over_seeds([0.0, 0.9], 0.95)
    assert found is not None
    assert (found.low, found.high) == (0.0, 1.0)


def test_paired_difference_agrees_with_scipy() -> None:
    first, second = {0: 0.72, 1: 0.71, 2: 0.63}, {0: 0.41, 1: 0.45, 2: 0.30}
    found = paired_t(first, second, 0.9)
    reference = stats.ttest_rel(list(first.values()), list(second.values()))
    bounds = reference.confidence_interval(0.9)
    assert found is not None
    assert found.p == pytest.approx(reference.pvalue)
    assert (found.low, found.high) == pytest.approx((bounds.low, bounds.high))


def test_only_common_seeds_are_paired() -> None:
    found = paired_t({0: 0.5, 1: 0.6, 7: 0.0}, {1: 0.3, 0: 0.3, 8: 1.0}, 0.95)
    assert found is not None
    assert (found.seeds, found.center) == (2, pytest.approx(0.25))
    assert paired_t({0: 0.5, 1: 0.6}, {1: 0.3}, 0.95) is None


@given(st.dictionaries(st.integers(0, 9), st.floats(0, 1), min_size=2))
def test_an_arm_does_not_differ_from_itself(seeds: dict[int, float]) -> None:
    found = paired_t(seeds, seeds, 0.95)
    assert found is not None
    assert (found.low, found.high, found.p) == (0.0, 0.0, 1.0)
