import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from diversify.config.tabulate import TabulateOptions
from diversify.evaluation.pairs.aligned import align
from diversify.evaluation.pairs.compare import compare
from diversify.evaluation.pairs.measures import measures
from diversify.evaluation.pairs.resampling import resample

FEW = 200
"""Draws that suffice for a test."""


def compared(rows, reference="a", **options):
    asked = TabulateOptions(reference=reference, resamples=FEW, **options)
    found = measures(tasks := align(rows))
    return compare(found, resample(tasks, FEW, asked.seed), asked)


def two_arms(made, first, second, **more):
    return made.table(made.items(first, **more), made.items(second, arm="b", **more))


def test_five_points_on_humaneval_are_no_significant_difference(made):
    # 164 items, 65.2 against 60.4 %, and a fifth of the answers differ: standard error 3.5 points
    first = np.repeat([1, 1, 0, 0], [86, 13, 21, 44])
    second = np.repeat([1, 0, 1, 0], [86, 13, 21, 44])
    (one,) = compared(two_arms(made, first, second))
    assert one.difference == pytest.approx(8 / 164)
    assert one.verdict == "no significant difference"
    assert one.p == pytest.approx(stats.binomtest(21, 34).pvalue) and one.p > 0.2
    low, high = one.bounds
    assert low < 0 < high
    assert one.smallest > 2 * one.difference * 0.9


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_swapping_the_arms_turns_the_signs(made, data):
    size = data.draw(st.integers(2, 25))
    seeds = data.draw(st.integers(1, 3))
    values = data.draw(
        st.lists(st.booleans(), min_size=2 * seeds * size, max_size=2 * seeds * size)
    )
    table = np.array(values, dtype=float).reshape(2, seeds, size)
    rows = made.table(*(
        made.items(table[arm, seed], arm="ab"[arm], seed=seed)
        for arm in range(2) for seed in range(seeds)
    ))  # fmt: skip
    (one,), (other,) = compared(rows, "a"), compared(rows, "b")
    assert one.difference == pytest.approx(-other.difference)
    assert one.p == pytest.approx(other.p)
    assert one.bounds == pytest.approx([-end for end in other.bounds[::-1]], abs=1e-9)
    if one.verdict == "no significant difference":
        assert other.verdict == one.verdict
    else:
        assert {one.verdict, other.verdict} == {"significantly higher", "significantly lower"}


@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("weights", [None, np.arange(5.0, 45.0)])
def test_identical_arms_do_not_differ(made, seeds, weights):
    right = np.random.default_rng(0).random((seeds, 40)) < 0.5
    rows = made.table(*(
        made.items(right[seed], arm=arm, seed=seed, weights=weights)
        for arm in "ab" for seed in range(seeds)
    ))  # fmt: skip
    (one,) = compared(rows)
    assert (one.difference, one.p, one.verdict) == (0, 1, "no significant difference")
    assert one.bounds == (0, 0)


def test_one_seed_of_bits_is_the_paired_t_test_on_its_items(made):
    rng = np.random.default_rng(0)
    bits = 100 + rng.normal(0, 10, (2, 60))
    (one,) = compared(two_arms(made, bits[0], bits[1], metric="bits_per_byte"))
    known = stats.ttest_rel(bits[1], bits[0])  # weights of one: a plain mean
    assert one.test == "t-test over items"
    assert one.p == pytest.approx(known.pvalue)
    ends = known.confidence_interval(0.95)
    assert one.bounds == pytest.approx((ends.low, ends.high), abs=1.0)  # the bootstrap's


def test_several_seeds_are_compared_over_seeds_and_items(made):
    rng = np.random.default_rng(0)
    rows = made.table(*(
        made.items(made.answers(rng, [ability], 200)[0], arm=arm, seed=seed)
        for arm, ability in (("a", 0.0), ("b", 2.5)) for seed in range(3)
    ))  # fmt: skip
    (one,) = compared(rows)
    assert one.test == "t-test over seeds and items"
    assert one.seeds == (0, 1, 2) and len(one.answers) == 3
    assert one.verdict == "significantly higher"
    narrow, wide = one.over_items, one.bounds
    assert wide[1] - wide[0] > narrow[1] - narrow[0]


def test_seeds_that_one_arm_alone_has_are_left_out_and_named(made):
    rows = [made.items([1, 0, 1, 0], arm=arm, seed=seed)
            for arm, seed in (("a", 0), ("a", 1), ("b", 1), ("b", 5))]  # fmt: skip
    (one,) = compared(made.table(*rows))
    assert (one.seeds, one.left_out) == ((1,), (0, 5))


def test_arms_without_a_seed_in_common_are_not_compared(made):
    rows = made.table(made.items([1, 0]), made.items([1, 1], arm="b", seed=4))
    assert compared(rows) == []


def test_all_comparisons_of_an_experiment_are_corrected_together(made):
    right = np.repeat([1, 0], [40, 60])
    better = np.repeat([1, 1, 0], [40, 9, 51])  # nine items more, none fewer
    rows = made.table(made.items(right), *(
        made.items(better, arm=f"b{number}") for number in range(20)
    ))  # fmt: skip
    alone = compared(two_arms(made, right, better))
    many = compared(rows)
    assert alone[0].verdict == "significantly higher"
    assert {one.verdict for one in many} == {"no significant difference"}
    assert many[0].p_corrected == pytest.approx(20 * alone[0].p)
    assert many[0].smallest_corrected > many[0].smallest == pytest.approx(alone[0].smallest)
    lenient = compared(rows, correction="benjamini-hochberg")
    assert {one.verdict for one in lenient} == {"significantly higher"}


def test_an_arm_may_have_a_reference_of_its_own(made):
    rows = made.table(*(made.items([1, 0, 0], arm=arm) for arm in "abcd"))
    found = compared(rows, reference_of="d=c")
    assert [(one.arm, one.reference) for one in found] == [("b", "a"), ("d", "c")]


def test_other_metrics_are_compared_only_when_asked(made):
    rows = made.table(*(
        made.items([1, 0], arm=arm, metric=metric) for metric in ("first", "second") for arm in "ab"
    ))  # fmt: skip
    assert len(compared(rows)) == 1
    assert len(compared(rows, every_metric=True)) == 2
