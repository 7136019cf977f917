import numpy as np
import pytest
from scipy import stats

from diversify.evaluation.pairs.aligned import align
from diversify.evaluation.pairs.crossed import Estimate
from diversify.evaluation.pairs.mcnemar import Discordant
from diversify.evaluation.pairs.smallest import (
    smallest_of_answers,
    smallest_of_models,
    smallest_of_scores,
)


@pytest.mark.parametrize(("items", "apart"), [(164, 0.15), (164, 0.3), (541, 0.1)])
def test_the_smallest_difference_is_shown_about_as_often_as_its_power(items, apart):
    least = smallest_of_answers(items, apart, alpha=0.05, power=0.8)
    share = max(apart, least)
    rng = np.random.default_rng(0)
    odds = [(share + least) / 2, (share - least) / 2, 1 - share]
    shown = [Discordant(int(b), int(c)).p <= 0.05 for b, c, _ in rng.multinomial(items, odds, 600)]
    assert 0.7 < np.mean(shown) < 0.88  # the exact test is a little more careful than the formula


def test_the_formula_is_solved():
    items, apart = 164, 0.2
    found = smallest_of_answers(items, apart, 0.05, 0.8)
    needed = (1.959964 * apart**0.5 + 0.841621 * (apart - found**2) ** 0.5) ** 2 / found**2
    assert needed == pytest.approx(items, rel=1e-4)


def test_humaneval_shows_no_less_than_several_points():
    assert smallest_of_answers(164, 0.2, 0.05, 0.8) == pytest.approx(0.097, abs=0.001)
    assert smallest_of_answers(164, 0.0, 0.05, 0.8) > 6 / 164


def test_more_items_or_fewer_discordant_ones_show_smaller_differences():
    by_items = [smallest_of_answers(items, 0.2, 0.05, 0.8) for items in (20, 164, 1319, 14042)]
    assert by_items == sorted(by_items, reverse=True)
    by_apart = [smallest_of_answers(164, apart, 0.05, 0.8) for apart in (0.05, 0.2, 0.5)]
    assert by_apart == sorted(by_apart)
    assert smallest_of_answers(164, 0.2, 0.001, 0.8) > by_apart[1]


def test_five_items_show_nothing_at_all():
    assert smallest_of_answers(5, 0.5, 0.05, 0.8) is None
    assert smallest_of_answers(6, 0.5, 0.05, 0.8) is not None


def test_a_t_test_shows_its_two_quantiles_times_the_error():
    found = smallest_of_scores(Estimate(0, 0, 0, 0.02, 12, 1), alpha=0.05, power=0.8)
    assert found == pytest.approx((2.178813 + 0.872609) * 0.02, rel=1e-4)
    assert smallest_of_scores(Estimate(0, 0, 0, 0.0, 12, 1), 0.05, 0.8) is None


def test_pairing_shows_more_than_none(made):
    right = made.answers(np.random.default_rng(0), [0.5, 0.6], 400)
    (task,) = align(made.table(made.items(right[0]), made.items(right[1], arm="b")))
    paired = smallest_of_models(task, 1, 0, 0.05, 0.8)
    assert paired < smallest_of_models(task, 1, None, 0.05, 0.8)
    weights = np.random.default_rng(1).integers(50, 99, 400).astype(float)
    bits = made.table(
        made.items(right[0] * 9 + weights, weights=weights),
        made.items(right[0] * 9 + weights + right[1], arm="b", weights=weights),
    )
    (task,) = align(bits)
    paired, alone = (smallest_of_models(task, 1, other, 0.05, 0.8) for other in (0, None))
    assert paired < alone
    apart = np.std(task.parts[1] - task.parts[0], ddof=1) * 400**0.5
    law = stats.t(399)
    assert paired == pytest.approx((law.ppf(0.975) + law.ppf(0.8)) * apart)
