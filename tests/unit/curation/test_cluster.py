import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from diversify.config.cluster import ClusterOptions
from diversify.curation.cluster import assign, group_rows
from diversify.curation.grouping import cluster_methods
from diversify.curation.near.rounding import LENGTH, rounded
from diversify.errors import DataError


def blobs(rows: int, clusters: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Rows around well separated centres, and the centre of each."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, clusters, rows)
    noise = 0.05 * rng.normal(size=(rows, 16))
    return (rng.normal(size=(clusters, 16))[truth] + noise).astype(np.float32), truth


def test_separated_groups_are_found():
    embeddings, truth = blobs(400, 4)
    scores = [
        adjusted_rand_score(
            truth, group_rows(embeddings, ClusterOptions(clusters=4, seed=s)).labels
        )
        for s in range(5)
    ]
    assert max(scores) == 1.0


def test_the_result_describes_its_labels():
    embeddings, _ = blobs(300, 6)
    result = group_rows(embeddings, ClusterOptions(clusters=6), threads=1)
    assert result.labels.dtype == np.int32
    assert np.bincount(result.labels).tolist() == result.sizes.tolist()
    assert result.sizes.tolist() == sorted(result.sizes, reverse=True)
    unit = rounded(embeddings) / LENGTH
    for cluster, centre in enumerate(result.centres):
        assert np.allclose(unit[result.labels == cluster].mean(axis=0), centre, atol=1e-5)
    assert result.inertia == pytest.approx(
        ((unit - result.centres[result.labels]) ** 2).sum(), 1e-4
    )


def test_the_summary_adds_up():
    embeddings, _ = blobs(300, 6)
    summary = group_rows(embeddings, ClusterOptions(clusters=6)).summary()
    assert summary["rows"] == 300
    assert summary["clusters"] == 6
    assert summary["smallest"] <= summary["median"] <= summary["largest"]


@pytest.mark.parametrize(("rows", "clusters"), [(1, 1), (2, 1), (8, 2), (200, 10), (400, 14)])
def test_by_default_there_are_root_of_half_the_rows(rows, clusters):
    embeddings, _ = blobs(rows, 3)
    assert len(group_rows(embeddings, ClusterOptions()).sizes) == clusters


def test_there_are_never_more_clusters_than_distinct_rows_and_no_warning():
    embeddings = np.eye(3, dtype=np.float32)[np.arange(60) % 3]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = group_rows(embeddings, ClusterOptions(clusters=10))
    assert result.sizes.tolist() == [20, 20, 20]
    assert result.inertia == pytest.approx(0)


def test_a_copy_counts_like_the_row_it_copies():
    embeddings = np.array([[1, 0], [1, 0], [1, 0], [0.8, 0.6]], dtype=np.float32)
    result = group_rows(embeddings, ClusterOptions(clusters=1))
    assert np.allclose(result.centres, [[0.95, 0.15]])


def test_without_rows_it_says_so():
    with pytest.raises(DataError, match="no rows to cluster"):
        group_rows(np.empty((0, 8), dtype=np.float32), ClusterOptions())


@given(seed=st.integers(0, 50), order=st.integers(0, 50))
def test_the_order_of_the_rows_does_not_matter(seed, order):
    embeddings = np.random.default_rng(seed).normal(size=(60, 8)).astype(np.float32)
    embeddings[30:40] = embeddings[:10]
    shuffle = np.random.default_rng(order).permutation(60)
    straight = group_rows(embeddings, ClusterOptions(seed=seed), threads=1)
    mixed = group_rows(embeddings[shuffle], ClusterOptions(seed=seed), threads=1)
    assert straight.labels[shuffle].tolist() == mixed.labels.tolist()


def test_threads_do_not_change_the_groups():
    embeddings = np.random.default_rng(0).normal(size=(3000, 32)).astype(np.float32)
    one, two = (group_rows(embeddings, ClusterOptions(), threads=count) for count in (1, 2))
    assert one.labels.tolist() == two.labels.tolist()


METHODS = ["kmeans", "spherical", "minibatch"]


@pytest.mark.parametrize("method", METHODS)
def test_each_method_describes_its_labels(method):
    embeddings, _ = blobs(300, 6)
    options = ClusterOptions(method=method, clusters=6)
    result = group_rows(embeddings, options, threads=1)
    assert np.bincount(result.labels).tolist() == result.sizes.tolist()
    assert result.sizes.tolist() == sorted(result.sizes, reverse=True)
    assert (len(result.centres), result.sizes.sum()) == (len(result.sizes), 300)
    unit = rounded(embeddings) / LENGTH
    assert result.inertia == pytest.approx(
        ((unit - result.centres[result.labels]) ** 2).sum(), 1e-4
    )


@pytest.mark.parametrize("method", ["spherical", "minibatch"])
@given(seed=st.integers(0, 50), order=st.integers(0, 50))
@settings(max_examples=20)
def test_no_method_minds_the_order_of_the_rows(method, seed, order):
    embeddings = np.random.default_rng(seed).normal(size=(60, 8)).astype(np.float32)
    embeddings[30:40] = embeddings[:10]
    shuffle = np.random.default_rng(order).permutation(60)
    options = ClusterOptions(method=method, seed=seed)
    straight = group_rows(embeddings, options, threads=1)
    mixed = group_rows(embeddings[shuffle], options, threads=1)
    assert straight.labels[shuffle].tolist() == mixed.labels.tolist()


@pytest.mark.parametrize("method", ["spherical", "minibatch"])
def test_threads_change_no_methods_groups(method):
    embeddings = np.random.default_rng(0).normal(size=(3000, 32)).astype(np.float32)
    options = ClusterOptions(method=method, iterations=5)
    one, two = (group_rows(embeddings, options, threads=count) for count in (1, 2))
    assert one.labels.tolist() == two.labels.tolist()


@pytest.mark.parametrize("method", METHODS)
def test_there_are_never_more_clusters_than_distinct_rows_by_any_method(method):
    embeddings = np.eye(3, dtype=np.float32)[np.arange(60) % 3]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = group_rows(embeddings, ClusterOptions(method=method, clusters=10), threads=1)
    assert result.sizes.tolist() == [20, 20, 20]


@pytest.mark.parametrize("method", METHODS)
@given(seed=st.integers(0, 99), clusters=st.integers(1, 9))
@settings(max_examples=15)
def test_rows_that_were_grouped_go_back_to_their_clusters(method, seed, clusters):
    embeddings = np.random.default_rng(seed).normal(size=(80, 12)).astype(np.float32)
    result = group_rows(embeddings, ClusterOptions(method=method, clusters=clusters, seed=seed), 1)
    again = assign(embeddings, result.centres, threads=1)
    assert again.labels.tolist() == result.labels.tolist()
    assert again.sizes.tolist() == result.sizes.tolist()
    assert again.inertia == pytest.approx(result.inertia, rel=1e-4)


def test_new_rows_go_to_the_nearest_centre_and_clusters_keep_their_numbers():
    centres = np.array([[0, 1], [1, 0], [-1, 0]], dtype=np.float32)
    result = assign(np.array([[3, 0.1], [9, 9]]), centres)
    assert result.labels.tolist() == [1, 0]  # the tie goes to the lower
    assert result.sizes.tolist() == [1, 1, 0]
    assert result.summary()["smallest"] == 0


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_goes_nowhere(rows):
    with pytest.raises(DataError, match="no rows to put into clusters, or no clusters"):
        assign(np.ones((rows, 2)), np.ones((1 - rows, 2)))


def test_centres_that_are_not_finite_are_refused():
    with pytest.raises(DataError, match="not finite"):
        assign(np.ones((1, 2)), np.array([[np.nan, 1]]))


def test_few_rows_and_one_round_are_enough_for_minibatch():
    vectors = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)
    result = group_rows(vectors, ClusterOptions(method="minibatch", iterations=1, clusters=5))
    assert result.sizes.sum() == 300


def test_inertia_is_told_without_the_digits_that_threads_decide(monkeypatch):
    """Two threads add the same numbers up in one order or another."""
    embeddings, _ = blobs(300, 6)
    told = set()
    for last_bit in (0.0, 1e-14):
        with monkeypatch.context() as patch:
            patch.setattr(cluster_methods, "_kmeans", nudged(cluster_methods._kmeans, last_bit))
            result = group_rows(embeddings, ClusterOptions(clusters=6), threads=1)
        told.add(result.summary()["inertia"])
    assert len(told) == 1


def nudged(kmeans, share):
    def again(*given):
        found = kmeans(*given)
        return replace(found, inertia=found.inertia * (1 + share))

    return again
