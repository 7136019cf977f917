"""k-center greedy, exact and in batches: each time the row farthest from all that were picked.

Gonzalez (1985), "Clustering to minimize the maximum intercluster distance", whose picks cover the
rows within twice the best radius; Sener and Savarese (2018), "Active learning for convolutional
neural networks: a core-set approach", who choose training rows by it.

The plain loop reads all n rows for each pick. Here a block of picks shares one matrix product.
Distances to the nearest pick only shrink, so a stale one is a bound: among the `block` farthest
rows the greedy choice is everyone's choice, as long as it beats the stale distance of the first
row outside. On rounded vectors all distances are exact, and ties go to the lower position, so the
order is that of the plain loop, whatever the BLAS or the number of threads.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from diversify.curation.near.copies import first_equals
from diversify.curation.near.rounding import Positions, Vectors, squared_lengths
from diversify.curation.near.workers import parts_of, workers
from diversify.progress import progress

ROWS_AT_ONCE = 1024
"""Rows in a matrix product: its results are looked at while they are in the cache."""


def kcenter_order(vectors: Vectors, count: int, first: int, block: int = 1000) -> Positions:
    """Give the positions of `count` rows in the order that k-center greedy picks them.

    Takes 2 n count d floating-point operations, nearly all in matrix products, and little memory
    beside the vectors: a few arrays of block x block and, if rows are equal, one copy of the
    distinct ones. Rows equal to a picked one are never farthest: they follow in order of position
    when no others are left, without work.

    Args:
        vectors: rows that `rounded` gave.
        count: rows to pick, at most all.
        first: position of the first pick.
        block: rows that are looked at between two passes over all; it changes only the time.
    """
    assert count <= len(vectors), "k-center cannot pick a row twice"
    if not count:
        return np.empty(0, dtype=np.intp)
    firsts = first_equals(vectors)
    own = firsts == np.arange(len(vectors))
    own[firsts[first]], own[first] = False, True  # of the rows equal to the first, that one
    distinct = np.flatnonzero(own)
    start = int(np.searchsorted(distinct, first))
    wanted = min(count, len(distinct))
    unlike = vectors if len(distinct) == len(vectors) else vectors[distinct]
    picks = distinct[_farthest_first(unlike, wanted, start, block)]
    rest = np.setdiff1d(np.arange(len(vectors)), picks)
    return np.concatenate([picks, rest[: count - wanted]])


def most_central(vectors: Vectors) -> int:
    """Find the row nearest to the mean: a start that hangs on neither seed nor order of the rows.

    |v - s/n|^2 is least where n |v|^2 - 2 v.s is, with s the sum of all n rows; these are integers
    below 2^53, exact in float64. Ties go to the lower position.
    """
    total = vectors.sum(axis=0, dtype=np.float64)
    along = np.einsum("nd,d->n", vectors, total, dtype=np.float64)
    return int(np.argmin(len(vectors) * squared_lengths(vectors).astype(np.float64) - 2 * along))


def _farthest_first(vectors: Vectors, count: int, start: int, block: int) -> Positions:
    """Pick distinct rows, a block of picks at a time."""
    lengths = squared_lengths(vectors)
    nearest = np.full(len(vectors), np.inf, dtype=np.float32)  # squared, to a pick; -1: picked
    parts = parts_of(len(vectors), ROWS_AT_ONCE)
    picks, new = np.empty(0, dtype=np.intp), np.array([start])
    with workers(len(parts)) as run, progress("k-center", count) as advance:
        while True:
            shrink = _shrinking(nearest, vectors, lengths, new)
            list(run(shrink, parts))
            nearest[new] = -1
            picks = np.concatenate([picks, new])
            advance(len(new))
            if len(picks) == count:
                return picks
            pool, bar = _farthest(nearest, min(block, len(vectors) - 1))
            gaps = _squared_distances(vectors[pool], lengths[pool])
            inside = _pick_inside(pool, nearest[pool], gaps, bar, len(vectors))
            new = pool[inside[: count - len(picks)]]


def _shrinking(
    nearest: Vectors, vectors: Vectors, lengths: Vectors, picks: Positions
) -> Callable[[slice], None]:
    """Give a function that brings some rows' distances to the nearest pick up to date."""
    doubled, beyond = -2 * vectors[picks].T, lengths[picks]  # (d, p), (p,)

    def shrink(part: slice) -> None:
        gaps = vectors[part] @ doubled  # (rows, p)
        gaps += beyond  # |a - b|^2 - |a|^2
        np.minimum(nearest[part], lengths[part] + gaps.min(axis=1), out=nearest[part])

    return shrink


def _farthest(nearest: Vectors, block: int) -> tuple[Positions, int]:
    """Give the `block` farthest rows by position, and the rank of the farthest one outside."""
    ranks = _rank(nearest, np.arange(len(nearest)), len(nearest))
    cut = np.argpartition(ranks, -block - 1)[-block - 1 :]  # its lowest comes first
    return np.sort(cut[1:]), max(0, int(ranks[cut[0]]))  # a picked row, below 0, is no bar


def _rank(nearest: Vectors, positions: Positions, rows: int) -> npt.NDArray[np.int64]:
    """Order rows by distance, and by position where that ties: no two ranks are the same."""
    return nearest.astype(np.int64) * rows - positions


def _squared_distances(vectors: Vectors, lengths: Vectors) -> Vectors:
    """Give the squared distance of each row to each other."""
    return lengths[:, None] + lengths - 2 * (vectors @ vectors.T)


def _pick_inside(
    pool: Positions, nearest: Vectors, gaps: Vectors, bar: int, rows: int
) -> list[int]:
    """Run the plain greedy loop inside the pool, while its best row beats the bar outside."""
    inside: list[int] = []
    while True:
        best = int(nearest.argmax())  # the first of the farthest: the lower position
        if int(nearest[best]) * rows - int(pool[best]) < bar:
            return inside
        inside.append(best)
        np.minimum(nearest, gaps[best], out=nearest)
        nearest[best] = -1
