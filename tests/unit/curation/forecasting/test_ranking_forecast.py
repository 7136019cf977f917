from functools import partial
from typing import get_args

import numpy as np
import pytest

from diversify.config.forecast import ForecastOptions
from diversify.config.mix import MixOptions, Strategy
from diversify.curation.forecasting.forecast import traced
from diversify.curation.forecasting.ranking_forecast import Wanted, products, ranking_cost
from diversify.curation.near.neighbours import EXACT
from diversify.curation.ranking import Evidence, rank_rows

FEW = ForecastOptions(trial_seconds=0.001)
SCORED = {"score_column": "quality"}


@pytest.fixture(scope="module")
def vectors():
    return np.random.default_rng(0).standard_normal((12_000, 64)).astype(np.float16)


@pytest.mark.parametrize("strategy", get_args(Strategy))
@pytest.mark.parametrize("allocation", ["free", "proportional"])
def test_every_strategy_can_be_foreseen(vectors, strategy, allocation):
    options = MixOptions(strategy=strategy, allocation=allocation, **SCORED)
    parts = [Wanted(900, 90), Wanted(5000, 1000), Wanted(100, 0)]
    cost = ranking_cost(vectors[:1500], parts, 20, np.linspace(0, 1, 1500), options, FEW)
    assert cost.seconds > 0
    assert cost.memory > 0


def test_memory_is_told_from_a_sample(vectors):
    options = MixOptions(strategy="k-center")
    told = ranking_cost(vectors[:6000], [Wanted(12_000, 600)], 10, None, options, FEW).memory
    evidence = Evidence(vectors, None, None, options, np.arange(12_000, dtype=np.uint64))
    took = traced(partial(rank_rows, 600, np.arange(12_000), evidence, [0]))
    assert told == pytest.approx(took, rel=0.2)


def test_more_picks_of_more_rows_take_longer(vectors):
    options = MixOptions(strategy="k-center")
    few, many = (
        ranking_cost(vectors[:2000], [Wanted(rows, rows // 4)], 10, None, options, FEW).seconds
        for rows in (2000, 2_000_000)
    )
    assert few < many


def test_comparisons_are_counted_as_the_strategies_make_them():
    assert products(1000, 10, "k-center") == 10_000
    assert products(1000, 10, "facility-location") == 1_000_000
    assert products(1000, 10, "random") == 0
    exact, beyond = (products(rows, 10, "facility-location") for rows in (EXACT, EXACT + 1))
    assert beyond < exact


@pytest.mark.parametrize("parts", [[Wanted(5, 1), Wanted(4000, 0)], [Wanted(4000, 1)]])
def test_parts_without_picks_or_nearly_without_rows_do_no_harm(vectors, parts):
    options = MixOptions(strategy="k-center")
    assert ranking_cost(vectors[:2000], parts, 10, None, options, FEW).seconds >= 0
