"""The nearest of some centres for each row, exactly: the same whatever the BLAS or the threads.

Rows are rounded to integers (see `rounding`) and centres to a grid of 1/4096 of that, finer than
float32 stores them. Every partial sum of |c|^2 - 2 v.c is then a multiple of 4096^-2 below 2^25,
so less than 2^49 in units of the grid, and exact in float64; with centres that are integers
themselves it is exact in float32.
"""

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import LENGTH, Positions, Vectors, squared_lengths
from diversify.errors import DataError

GRID = 4096.0
"""Steps of a centre's coordinate for one of a row's."""
ROWS_AT_ONCE = 4096
"""Rows in a matrix product; more would only take memory."""

Gaps = npt.NDArray[np.float64]


def on_grid(centres: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Scale centres of rows of length 1 to the length of rounded rows, and round them."""
    scaled: npt.NDArray[np.float64] = np.rint(centres.astype(np.float64) * (LENGTH * GRID)) / GRID
    return scaled


def nearest(vectors: Vectors, centres: npt.NDArray[np.floating]) -> tuple[Positions, Gaps]:
    """Give the nearest centre of each row and the squared distance to it; ties go to the lower.

    Takes 2 n k d floating-point operations in matrix products, and `ROWS_AT_ONCE` k numbers.

    Args:
        vectors: rows that `rounded` gave.  # (n, d)
        centres: as `on_grid` gave them, or integers.  # (k, d)

    Raises:
        DataError: rows and centres differ in their dimensions.
    """
    if vectors.shape[1] != centres.shape[1]:
        raise DataError(
            f"the rows have {vectors.shape[1]} dimensions, the centres {centres.shape[1]}: give "
            "vectors and centres of one model"
        )
    whole_numbers = bool((centres == np.rint(centres)).all())
    exact = centres.astype(np.float32 if whole_numbers else np.float64)
    lengths, doubled = np.square(exact).sum(axis=1), -2 * exact.T  # (k,), (d, k)
    labels, gaps = np.empty(len(vectors), dtype=np.intp), np.empty(len(vectors))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        beyond = vectors[part].astype(exact.dtype, copy=False) @ doubled  # (rows, k)
        beyond += lengths
        labels[part] = beyond.argmin(axis=1)  # the first of the nearest
        gaps[part] = beyond.min(axis=1)
    return labels, gaps + squared_lengths(vectors)


def squared_gaps(vectors: Vectors, centres: npt.NDArray[np.floating], labels: Positions) -> Gaps:
    """Give the squared distance of each row to the centre that its label names."""
    gaps = np.empty(len(vectors))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        gaps[part] = np.square(vectors[part] - centres[labels[part]].astype(np.float64)).sum(axis=1)
    return gaps


def group_sums(
    vectors: Vectors, weights: Positions, labels: Positions, groups: int
) -> npt.NDArray[np.float64]:
    """Add up the rows of each group, each as often as its weight says; rows labelled -1 are not.

    The sums are integers far below 2^53, so exact in any order.  # (groups, d)
    """
    from scipy.sparse import csr_matrix

    sums = np.zeros((groups, vectors.shape[1]))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        inside = np.flatnonzero(labels[part] >= 0)
        places = (labels[part][inside], inside)
        belongs = csr_matrix(
            (weights[part][inside].astype(np.float64), places), (groups, len(labels[part]))
        )
        sums += belongs @ vectors[part].astype(np.float64)
    return sums
