from functools import partial

import numpy as np
import pytest

from diversify.config.cluster import ClusterOptions
from diversify.config.forecast import ForecastOptions
from diversify.curation.cluster import group_rows
from diversify.curation.forecasting.cluster_forecast import (
    centres_tried,
    cluster_cost,
    rows_looked_at,
)
from diversify.curation.forecasting.forecast import traced

FEW = ForecastOptions(trial_rows=1024, trial_seconds=0.01)


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    middles = rng.standard_normal((40, 48))
    rows = middles[rng.integers(0, 40, 40_000)] + rng.standard_normal((40_000, 48))
    return rows.astype(np.float16)


@pytest.mark.parametrize("method", ["kmeans", "spherical", "minibatch"])
def test_memory_is_told_from_a_sample(vectors, method):
    options = ClusterOptions(method=method, iterations=3, clusters=8)
    short = ForecastOptions(centre_rows=10_000)
    told = cluster_cost(vectors[:16_384], len(vectors), options, 1, short).memory
    took = traced(partial(group_rows, vectors, options, 1))
    assert told == pytest.approx(took, rel=0.15)


@pytest.mark.parametrize("method", ["kmeans", "spherical", "minibatch"])
def test_more_rows_take_longer(vectors, method):
    options = ClusterOptions(method=method, clusters=12)
    some = vectors[:2000]
    few, many = (cluster_cost(some, rows, options, 1, FEW).seconds for rows in (2000, 2_000_000))
    assert 0 < few < many


@pytest.mark.parametrize(
    "options",
    [
        ClusterOptions(),
        ClusterOptions(clusters=7),
        ClusterOptions(clusters=900),
        ClusterOptions(clusters_by="silhouette", method="spherical"),
        ClusterOptions(clusters_by="silhouette", method="spherical", clusters_tried=[5, 3, 800]),
    ],
)
def test_the_numbers_of_centres_are_those_that_grouping_tries(vectors, options):
    found = group_rows(vectors[:400], options, 1)
    tried = sorted(one.clusters for one in found.tried) or [len(found.sizes)]
    assert centres_tried(options, 400) == tried


def test_a_score_costs_a_grouping_for_each_number_of_clusters(vectors):
    options = ClusterOptions(method="spherical", clusters_by="silhouette", clusters_sample=500)
    assert cluster_cost(vectors[:1000], 5000, options, 1, FEW).seconds > 0


def test_rows_are_looked_at_as_often_as_the_method_does():
    trying = ForecastOptions(kmeans_rounds=55, spherical_rounds=40, minibatch_seen=250_000)
    kmeans, short = ClusterOptions(iterations=100), ClusterOptions(iterations=10)
    assert rows_looked_at(1000, 20, 99, kmeans, trying) == 55_000
    assert rows_looked_at(1000, 20, 99, short, trying) == 10_000
    assert rows_looked_at(1000, 20, 5, short, trying) == 5_000
    drawn = ClusterOptions(method="spherical", iterations=100, rows_per_cluster=30)
    assert rows_looked_at(1000, 20, 99, drawn, trying) == 40 * 600
    assert rows_looked_at(100, 20, 99, drawn, trying) == 40 * 100
    batches = ClusterOptions(method="minibatch", iterations=50)
    assert rows_looked_at(1_000_000, 700, 99, batches, trying) == 250_000
    assert rows_looked_at(1000, 20, 99, batches, trying) == 50_000
