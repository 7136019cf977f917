"""Groups of rows that lie together, so that a row meets the rows of a few groups and not all.

Spherical k-means (Dhillon and Modha 2001, "Concept decompositions for large sparse text data using
clustering") in whole numbers: each row goes to the centre with the largest product, ties to the
lower centre, and a centre is the rounded sum of its rows. Products and sums of integers are exact,
so the groups are the same whatever the BLAS or the number of threads.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Positions, Vectors, rounded
from diversify.curation.near.workers import Run, parts_of

ROWS_AT_ONCE = 1024
"""Rows in a matrix product; more would only take memory."""
ROUNDS = 3
"""Rounds of k-means; more would move few rows."""


@dataclass(frozen=True)
class Cells:
    """Rows by cell: cell c holds rows[starts[c] : starts[c + 1]], in the order they came."""

    rows: Positions  # (n,)
    starts: Positions  # (cells + 1,)

    def __getitem__(self, cell: int) -> Positions:
        """Give the rows of a cell."""
        return self.rows[self.starts[cell] : self.starts[cell + 1]]


def by_cell(cells: npt.NDArray[np.integer], count: int) -> Cells:
    """List the rows of each of `count` cells, from the cell of each row."""
    short = cells.astype(np.uint16 if count <= 2**16 else np.intp)  # short ones sort faster
    rows = np.argsort(short, kind="stable")
    return Cells(rows, np.searchsorted(cells[rows], np.arange(count + 1)))


def centres_of(vectors: Vectors, count: int, run: Run) -> Vectors:
    """Find at most `count` centres among rounded rows, themselves rounded rows: (count, d).

    Takes 2 n count d floating-point operations in each of a few rounds: a sample of the rows will
    do.
    """
    centres = vectors[even_steps(len(vectors), count)]
    for _ in range(ROUNDS):
        nearest = run(partial(_nearest, vectors, centres), parts_of(len(vectors), ROWS_AT_ONCE))
        cells = by_cell(np.concatenate(list(nearest)), len(centres))
        filled = np.flatnonzero(np.diff(cells.starts))
        ordered = vectors[cells.rows].astype(np.float64)  # sums of whole numbers below 2^53
        centres[filled] = rounded(np.add.reduceat(ordered, cells.starts[filled], axis=0))
    return centres


def _nearest(vectors: Vectors, centres: Vectors, part: slice) -> Positions:
    """Give the centre with the largest product for each of some rows."""
    nearest: Positions = (vectors[part] @ centres.T).argmax(axis=1)  # the first of the largest
    return nearest


def even_steps(rows: int, count: int) -> Positions:
    """Give `count` positions at even steps, or all if there are no more."""
    taken = min(rows, count)
    return np.arange(taken) * rows // max(1, taken)


def taken(vectors: Vectors, rows: Positions) -> Vectors:
    """Give vectors[rows], several times faster: the rows are known to be there."""
    return np.take(vectors, rows, axis=0, mode="clip")


def sample_of(vectors: Vectors, rows: Positions, count: int) -> Vectors:
    """Give `count` of some rows, or all if there are no more."""
    return vectors[rows[even_steps(len(rows), count)]]
