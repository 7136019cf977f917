"""Dense groups by EVoC; its functions are compiled once for each machine, and then kept."""

import importlib.util
import sys

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from diversify.config.cluster import ClusterOptions
from diversify.curation.cluster import group_rows
from diversify.errors import ConfigError, DataError

needs_evoc = pytest.mark.skipif(
    importlib.util.find_spec("evoc") is None, reason="the extra 'density' is not installed"
)
DENSITY = {"method": "density"}


@pytest.fixture(scope="module")
def dense_and_noise():
    """Twelve dense groups of 60 rows, and 200 rows that are nowhere near anything."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(12, 24))
    truth = np.repeat(np.arange(12), 60)
    dense = centres[truth] + 0.5 * rng.normal(size=(720, 24))
    noise = rng.normal(size=(200, 24))
    return np.concatenate([dense, noise]).astype(np.float32), np.concatenate([truth, [-1] * 200])


@needs_evoc
def test_dense_groups_are_found_and_noise_is_counted_and_assigned(dense_and_noise):
    embeddings, truth = dense_and_noise
    result = group_rows(embeddings, ClusterOptions(**DENSITY, clusters=12), threads=1)
    assert adjusted_rand_score(truth[:720], result.labels[:720]) > 0.9
    assert result.labels.min() == 0
    assert result.sizes.sum() == len(embeddings)
    assert 20 < result.noise < 200
    assert result.summary()["noise"] == result.noise


@needs_evoc
def test_kept_noise_is_labelled_minus_one_and_the_counts_add_up(dense_and_noise):
    embeddings, _ = dense_and_noise
    assigned = group_rows(embeddings, ClusterOptions(**DENSITY, clusters=12), threads=1)
    kept = group_rows(embeddings, ClusterOptions(**DENSITY, clusters=12, noise="keep"), threads=1)
    assert (kept.labels == -1).sum() == kept.noise == assigned.noise
    assert kept.sizes.sum() + kept.noise == len(embeddings)
    assert np.bincount(kept.labels[kept.labels >= 0]).tolist() == kept.sizes.tolist()
    dense = kept.labels >= 0
    assert adjusted_rand_score(kept.labels[dense], assigned.labels[dense]) == 1.0


@needs_evoc
def test_neither_the_order_of_the_rows_nor_the_threads_matter(dense_and_noise):
    embeddings, _ = dense_and_noise
    shuffle = np.random.default_rng(1).permutation(len(embeddings))
    straight = group_rows(embeddings, ClusterOptions(**DENSITY), threads=1)
    mixed = group_rows(embeddings[shuffle], ClusterOptions(**DENSITY), threads=2)
    assert straight.labels[shuffle].tolist() == mixed.labels.tolist()


@needs_evoc
def test_few_rows_have_no_density():
    with pytest.raises(DataError, match="30 distinct rows are too few for density"):
        group_rows(
            np.random.default_rng(0).normal(size=(30, 8)), ClusterOptions(**DENSITY), threads=1
        )


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "evoc", None)
    with pytest.raises(ConfigError, match="install the extra 'density'"):
        group_rows(
            np.random.default_rng(0).normal(size=(300, 8)), ClusterOptions(**DENSITY), threads=1
        )
