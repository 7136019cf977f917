"""A mix of the candidates of all shards, beside a mix of all rows."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.mix import MixOptions
from diversify.curation.mix import draw_mix
from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.kcenter import kcenter_order, most_central
from diversify.curation.sharing.candidates import candidates
from diversify.curation.sharing.population import joined
from diversify.errors import DataError

ASKED = [
    {"strategy": "random"},
    {"strategy": "cluster-balanced"},
    {"strategy": "random", "core": "code", "core_share": 0.75},
    {"strategy": "cluster-balanced", "source_max": {"chat": 0.1}, "source_min": {"each": 2}},
    {"strategy": "random", "allocation": "square-root"},
    {"strategy": "random", "cluster_max": {"each": 0.3}},
    {"strategy": "random", "repetitions": 3},
    {"strategy": "random", "score_column": "score", "score_floor": 0.4},
]
COSTS = np.random.default_rng(1).integers(1, 9, 180)
SCORES = np.random.default_rng(2).random(180)


@pytest.fixture(scope="module")
def pool(table):
    """Sixty rows of each of three sources, a vector and one of seven uneven clusters for each."""
    names = [(source, n) for source in ("code", "chat", "maths") for n in range(60)]
    rows = table(*({"instruction": f"{source} {n}", "source": source} for source, n in names))
    rng = np.random.default_rng(0)
    embeddings = rng.integers(-3, 4, (180, 6)).astype(np.float32)
    labels = rng.choice(7, 180, p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.03, 0.02]).astype(np.int32)
    return rows, embeddings, labels


def of_shards(pool, which, options, costs=None, scores=None):
    """Draw a mix as the jobs of several shards do."""
    rows, embeddings, labels = pool
    at, counted = [], []
    for number in np.unique(which):
        mine = np.flatnonzero(which == number)
        best, there = candidates(
            rows.iloc[mine].reset_index(drop=True), embeddings[mine], labels[mine], options,
            None if costs is None else costs[mine], None if scores is None else scores[mine],
        )  # fmt: skip
        at.append(mine[best])
        counted.append(there)
    best = np.concatenate(at)
    known = (None if values is None else values[best] for values in (costs, scores))
    drawn = draw_mix(
        rows.iloc[best].reset_index(drop=True), embeddings[best], labels[best], options, *known,
        joined(counted),
    )  # fmt: skip
    return drawn, len(best)


@given(
    asked=st.sampled_from(ASKED),
    budget=st.integers(6, 60),
    shards=st.sampled_from([2, 4, 16]),
    seed=st.integers(0, 9),
    tokens=st.booleans(),
)
def test_draws_by_lot_pick_the_very_same_rows(pool, asked, budget, shards, seed, tokens):
    tokens &= asked["strategy"] == "random"  # rounds of clusters are counted in rows
    counts = {"unit": "tokens", "tokenizer": "any"} if tokens else {}
    options = MixOptions(budget=budget, seed=seed, **counts, **asked)
    costs = COSTS if tokens else None
    scores = SCORES if "score_column" in asked else None
    which = np.random.default_rng(seed).integers(shards, size=180)
    try:
        whole = draw_mix(*pool, options, costs, scores)
    except DataError as error:  # a budget that cannot be is told in the same words
        with pytest.raises(DataError) as again:
            of_shards(pool, which, options, costs, scores)
        assert str(again.value) == str(error)
        return
    apart, _ = of_shards(pool, which, options, costs, scores)
    pd.testing.assert_frame_equal(apart.picked, whole.picked)
    assert apart.summary() == whole.summary()


@pytest.mark.parametrize("strategy", ["random", "k-center"])
def test_arms_take_what_they_ask_of_each_source(pool, strategy):
    options = MixOptions(rows_of={"code": 20, "maths": 7}, strategy=strategy)
    which = np.arange(180) % 4
    apart, _ = of_shards(pool, which, options)
    assert apart.picked["source"].value_counts().to_dict() == {"code": 20, "maths": 7}
    if strategy == "random":
        pd.testing.assert_frame_equal(apart.picked, draw_mix(*pool, options).picked)


@pytest.mark.parametrize(
    "strategy", ["k-center", "facility-location", "mmr", "centroid", "mig", "dpp"]
)
def test_every_strategy_spends_the_budget_on_candidates(pool, strategy):
    options = MixOptions(budget=12, strategy=strategy)
    apart, count = of_shards(pool, np.arange(180) % 3, options)
    assert len(apart.picked) == 12
    assert apart.picked["id"].is_unique
    assert count < 180


@given(seed=st.integers(0, 10_000), shards=st.sampled_from([2, 3, 4]))
def test_k_center_over_shards_is_within_four_times_the_least_radius(seed, shards):
    rng = np.random.default_rng(seed)
    vectors = rounded(rng.standard_normal((14, 2)))
    which, count = np.arange(14) % shards, 3
    picked = []
    for number in range(shards):
        mine = np.flatnonzero(which == number)
        part = vectors[mine]
        picked.append(mine[kcenter_order(part, min(count, len(mine)), most_central(part))])
    best = np.concatenate(picked)
    last = best[kcenter_order(vectors[best], count, most_central(vectors[best]))]
    gaps = np.sqrt(np.square(vectors[:, None] - vectors[None]).sum(axis=2))
    least = min(gaps[:, list(some)].min(axis=1).max() for some in combinations(range(14), count))
    assert gaps[:, last].min(axis=1).max() <= 4 * least + 1e-3


def test_what_there_is_counts_rows_that_are_no_candidates(pool):
    options = MixOptions(budget=4, strategy="random")
    apart, count = of_shards(pool, np.arange(180) % 3, options)
    assert count == 12
    assert apart.summary()["rows_in"] == 180
    assert apart.sources.set_index("source")["have"].to_dict() == {
        "chat": 60, "code": 60, "maths": 60,
    }  # fmt: skip
