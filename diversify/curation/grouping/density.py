"""Dense groups of rows, and the noise between them.

EVoC (McInnes 2024, "Embedding Vector Oriented Clustering") embeds the graph of nearest neighbours
in a few dimensions and finds groups there as HDBSCAN does (Campello et al. 2013), in n log n.

It runs on one thread: its draws hang on the number of threads.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from diversify.curation.near.rounding import LENGTH, Positions, Vectors
from diversify.errors import ConfigError, DataError

FEWEST_ROWS = 100
"""Below that there is no density to speak of."""


def dense_groups(vectors: Vectors, clusters: int, seed: int) -> Positions:
    """Label each row with its group, or -1 where it is in none.

    Args:
        vectors: distinct rows that `rounded` gave, in an order of their own.
        clusters: groups wanted, nearly; 0 takes the number that lasts longest.
        seed: of the graph and its layout.

    Raises:
        ConfigError: the extra that brings EVoC is not installed.
        DataError: there are too few distinct rows, or no dense group among them.
    """
    if len(vectors) < FEWEST_ROWS:
        raise DataError(
            f"{len(vectors)} distinct rows are too few for density, which takes {FEWEST_ROWS}: "
            "take --method kmeans"
        )
    evoc = _library()
    with _one_thread():
        finder = evoc.EVoC(random_state=seed, approx_n_clusters=clusters or None)
        labels = np.asarray(finder.fit_predict(vectors / np.float32(LENGTH)), dtype=np.intp)
    if labels.max() < 0:
        raise DataError("density found no group among these rows: take --method kmeans")
    return labels


def _library() -> Any:
    try:
        return importlib.import_module("evoc")
    except ImportError as error:
        raise ConfigError(
            "method density needs evoc: install the extra 'density' of this project, or take "
            "another method"
        ) from error


@contextmanager
def _one_thread() -> Iterator[None]:
    numba: Any = importlib.import_module("numba")
    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(before)
