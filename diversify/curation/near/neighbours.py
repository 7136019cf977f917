"""The nearest rows of each row, by product: a graph for selectors that ask who stands for whom.

Up to 32,768 rows all products are worked out, and the graph is exact. Beyond that a row meets the
rows of the few cells whose centres are nearest to it (an inverted file: Jégou, Douze and Schmid
2011, "Product quantization for nearest neighbor search", section IV), in products of whole cells.
Cells, products and ties are whole numbers, so the graph is the same whatever the BLAS or the
number of threads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from math import isqrt

import numpy as np
import numpy.typing as npt

from diversify.curation.near.cells import by_cell, centres_of, sample_of, taken
from diversify.curation.near.rounding import Positions, Vectors
from diversify.curation.near.workers import Run, parts_of, workers
from diversify.progress import progress

EXACT = 32_768
"""Most rows for which all products are worked out."""
SAMPLE = 32
"""Rows for each centre, from which centres are found."""
ROWS_AT_ONCE = 1024
"""Rows on each side of a matrix product."""
POSITION_BITS = 31
LAST = 2**POSITION_BITS - 1
"""A rank is a product, and in its last 31 bits how far the position is from the last one."""
NOBODY = np.iinfo(np.int64).min
"""The rank of a place that is not filled: below all others."""

Ranks = npt.NDArray[np.int64]
Meeting = tuple[Positions, Positions]
"""Rows that ask for their nearest, and rows that are offered to them."""


@dataclass(frozen=True)
class NearestGraph:
    """The rows with the largest products for each row, largest first, ties by position.

    A row is among its own. Where the cells that a row met held fewer rows than asked for, its list
    ends with position -1 and product 0.
    """

    positions: npt.NDArray[np.int32]  # (n, k)
    products: npt.NDArray[np.int32]  # (n, k)


def nearest(vectors: Vectors, k: int, probes: int = 32) -> NearestGraph:
    """Find the `k` nearest rows of each rounded row, or all where there are fewer.

    n rows of d numbers take 2 n^2 d floating-point operations up to 32,768 rows, and about
    30 n sqrt(n) d with 32 probes beyond; measured, these find 93 % of the 64 nearest of 60,000
    sentence embeddings of instructions, and all of rows in clusters. Memory: 24 n k bytes and,
    beyond, a list of cells for each row.

    Args:
        vectors: rows that `rounded` gave.
        k: neighbours of a row.
        probes: cells that a row meets, its own included, where there are more than 32,768 rows;
            more, where these would hold too few rows for k.
    """
    count = len(vectors)
    best = np.full((count, min(k, count)), NOBODY)
    with workers(count // ROWS_AT_ONCE + 1) as run, progress("nearest rows"):
        meetings = _with_all(count) if count <= EXACT else _by_cells(vectors, k, probes, run)
        for askers, offered in meetings:
            offer = partial(_offer, best, vectors, others=taken(vectors, offered), offered=offered)
            list(run(offer, [askers[part] for part in parts_of(len(askers), ROWS_AT_ONCE)]))
    return _graph(best)


def _with_all(count: int) -> Iterator[Meeting]:
    """Let all rows meet all, some at a time."""
    everyone = np.arange(count)
    for part in parts_of(count, ROWS_AT_ONCE):
        yield everyone, everyone[part]


def _by_cells(vectors: Vectors, k: int, probes: int, run: Run) -> Iterator[Meeting]:
    """Let each row meet the rows of the cells nearest to it."""
    count = len(vectors)
    cells = 5 * isqrt(count) // 2
    probes = min(cells, max(probes, 2 * k * cells // count))
    centres = centres_of(sample_of(vectors, np.arange(count), SAMPLE * cells), cells, run)
    return _visits(_nearest_centres(vectors, centres, probes, run), cells)


def _visits(met: npt.NDArray[np.int32], cells: int) -> Iterator[Meeting]:
    """Let each row meet its own cell first, which sets a high bar, and then the others."""
    members = by_cell(met[:, 0], cells)
    for some in (met[:, :1], met[:, 1:]):
        askers = by_cell(some.ravel(), cells)
        for cell in range(cells):
            yield askers[cell] // some.shape[1], members[cell]


def _nearest_centres(
    vectors: Vectors, centres: Vectors, probes: int, run: Run
) -> npt.NDArray[np.int32]:
    """Give the centres with the largest products for each row, largest first: (n, probes)."""
    best = np.full((len(vectors), probes), NOBODY)
    rows, every = np.arange(len(vectors)), np.arange(len(centres))
    parts = parts_of(len(vectors), ROWS_AT_ONCE)
    list(run(lambda part: _offer(best, vectors, rows[part], centres, every), parts))
    return _graph(best).positions


def _offer(
    best: Ranks, vectors: Vectors, askers: Positions, others: Vectors, offered: Positions
) -> None:
    """Bring the best of some rows up to date, in place, by others at some positions.

    The first of a row's best is the least: a row that meets no product as large stays as it is.
    """
    products = taken(vectors, askers) @ others.T
    bar = best[askers, 0] >> POSITION_BITS
    hits = np.flatnonzero(products.max(axis=1, initial=-np.inf) >= bar)
    ranks = products[hits].astype(np.int64) << POSITION_BITS
    ranks += LAST - offered  # of equal products the lower position ranks higher
    ranks = np.concatenate([best[askers[hits]], ranks], axis=1)
    best[askers[hits]] = np.partition(ranks, -best.shape[1], axis=1)[:, -best.shape[1] :]


def _graph(best: Ranks) -> NearestGraph:
    """Sort the best of each row and read products and positions from their ranks."""
    best.sort(axis=1)
    ranks = best[:, ::-1]
    positions = (LAST - (ranks & LAST)).astype(np.int32)
    products = (ranks >> POSITION_BITS).astype(np.int32)
    nobody = ranks == NOBODY
    positions[nobody], products[nobody] = -1, 0
    return NearestGraph(positions, products)
