import numpy as np
import pytest
from scipy import stats

from diversify.evaluation.pairs.crossed import (
    over_seeds_and_items,
    spread_of_differences,
    spread_of_scores,
)


def estimate(table, spread=None, confidence=0.95):
    """Of a plain table of values, (seeds, items)."""
    scores = table.mean(axis=1)
    parts = (table - scores[:, None]) / table.shape[1]
    return over_seeds_and_items(scores, [parts], spread or spread_of(table), confidence)


def spread_of(table):
    return spread_of_differences(np.stack([table.mean(axis=1), np.zeros(len(table))]))


def test_one_seed_is_the_plain_t_test_over_items():
    values = np.random.default_rng(0).normal(0.3, 1, 40)
    found, known = estimate(values[None, :]), stats.ttest_1samp(values, 0)
    ends = known.confidence_interval(0.95)
    assert found.p == pytest.approx(known.pvalue)
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high))
    assert found.freedom == pytest.approx(39)


def test_seeds_that_differ_much_are_the_plain_t_test_over_seeds():
    rng = np.random.default_rng(1)
    table = rng.normal(5, 1, (4, 1)) + rng.normal(0, 1e-4, (4, 300))
    found, known = estimate(table), stats.ttest_1samp(table.mean(axis=1), 0)
    assert found.p == pytest.approx(known.pvalue, rel=1e-3)
    assert found.freedom == pytest.approx(3, rel=1e-3)


def test_the_variance_is_put_together_from_the_mean_squares_of_the_table():
    table = np.random.default_rng(2).normal(size=(3, 25)) + np.arange(3)[:, None]
    seeds, items = table.shape
    mean, rows, columns = table.mean(), table.mean(axis=1), table.mean(axis=0)
    of_seeds = items * sum((one - mean) ** 2 for one in rows) / (seeds - 1)
    of_items = seeds * sum((one - mean) ** 2 for one in columns) / (items - 1)
    rest = sum(
        (table[s, i] - rows[s] - columns[i] + mean) ** 2
        for s in range(seeds) for i in range(items)
    ) / ((seeds - 1) * (items - 1))  # fmt: skip
    expected = (of_seeds + of_items - rest) / (seeds * items)
    assert estimate(table).error ** 2 == pytest.approx(expected)


def test_two_sets_of_items_add_their_variances():
    rng = np.random.default_rng(3)
    first, second = rng.normal(size=(1, 30)), rng.normal(size=(1, 80))
    parts = [(one - one.mean()) / one.shape[1] / 2 for one in (first, second)]
    scores = np.array([(first.mean() + second.mean()) / 2])
    found = over_seeds_and_items(scores, parts, spread_of_scores(scores[None, :]), 0.95)
    expected = (first.var(ddof=1) / 30 + second.var(ddof=1) / 80) / 4
    assert found.error**2 == pytest.approx(expected)


def test_the_spread_of_two_arms_is_the_variance_of_their_differences():
    scores = np.array([[0.6, 0.7, 0.65], [0.5, 0.62, 0.51]])
    found = spread_of_differences(scores)
    assert found.variance == pytest.approx(np.var(scores[0] - scores[1], ddof=1))
    assert found.freedom == 2


def test_what_a_seed_does_to_every_arm_alike_is_no_spread_of_differences():
    scores = np.array([[0.6], [0.5], [0.4]]) + np.array([0.0, 0.1, -0.1])
    assert spread_of_differences(scores).variance == pytest.approx(0, abs=1e-15)
    assert spread_of_scores(scores).variance == pytest.approx(0.01)


def test_without_any_spread_the_items_are_a_sign_test():
    alike = estimate(np.ones((2, 5)))
    assert (alike.low, alike.high, alike.p) == (1, 1, 2 / 32)
    assert estimate(np.zeros((2, 5))).p == 1


@pytest.mark.parametrize(("seeds", "of_seed"), [(1, 0.0), (3, 0.0), (3, 0.04), (5, 0.04)])
def test_intervals_cover_the_truth_as_often_as_they_say(seeds, of_seed):
    rng, arms, items, covered = np.random.default_rng(4), 4, 150, []
    for _ in range(300):
        hard = rng.normal(0, 1, items)
        chances = np.clip(1 / (1 + np.exp(hard)) + rng.normal(0, of_seed, (arms, seeds, 1)), 0, 1)
        right = (rng.random((arms, seeds, items)) < chances).astype(float)
        scores = right.mean(axis=2)
        parts = (right - scores[..., None]) / items
        found = over_seeds_and_items(
            scores[0] - scores[1], [parts[0] - parts[1]], spread_of_differences(scores), 0.95
        )
        covered.append(found.low <= 0 <= found.high)
    assert 0.92 <= np.mean(covered) <= 0.995
