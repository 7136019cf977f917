"""Places as whole numbers, and how many rows lie where: the layer that counts every row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Squares = NDArray[np.uint16]
"""Places as whole numbers from 0 to 65535, y downwards.  # (n, 2)"""

SPAN = 65535
"""Finer than any screen."""
MOST_GRIDS = 12
"""Sources that have a grid of their own; with more, one grid counts all rows."""
LEVELS = 11
"""Steps for each doubling of a count: a level is within three parts in a hundred."""
FINEST = 16
"""A count of 1/16 is the first step; above 600,000 rows in a cell a level stands still."""


@dataclass(frozen=True)
class Density:
    """Rows in each cell of a square, by source."""

    bins: int
    grids: list[NDArray[np.uint8]]
    """Levels, row by row from the top: of each source by name, or one of all rows.  # bins^2"""


def quantised(places: NDArray[np.floating]) -> Squares:
    """Fit places into a square of whole numbers, both axes on one scale, y downwards."""
    if not len(places):
        return np.empty((0, 2), dtype="<u2")
    low, high = places.min(axis=0), places.max(axis=0)
    span = max(float((high - low).max()), 1e-9)
    inside = 0.5 + (places - (low + high) / 2) / span * [1, -1]
    squares: Squares = np.rint(np.clip(inside, 0, 1) * SPAN).astype("<u2")
    return squares


def density_of(
    squares: Squares, sources: Sequence[str] | NDArray[np.object_], bins: int
) -> Density:
    """Count rows in the cells of a grid.

    Args:
        squares: places of all rows as `quantised` gave them.  # (n, 2)
        sources: of each row.
        bins: cells along each side.
    """
    names, number = np.unique(np.asarray(sources, dtype=object), return_inverse=True)
    if len(names) > MOST_GRIDS:
        number = np.zeros(len(squares), dtype=np.intp)
    cells = squares.astype(np.int64) * bins // (SPAN + 1)
    flat = cells[:, 1] * bins + cells[:, 0]
    grids = [
        packed_counts(np.bincount(flat[number == one], minlength=bins * bins))
        for one in range(number.max(initial=0) + 1)
    ]
    return Density(bins, grids)


def packed_counts(counts: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.uint8]:
    """Write counts as levels of one byte: log2(1 + 16 count), eleven steps to a doubling."""
    levels = np.rint(LEVELS * np.log2(1 + FINEST * counts.astype(np.float64)))
    packed: NDArray[np.uint8] = np.minimum(levels, 255).astype(np.uint8)
    return packed


def counts_of(levels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Read levels back into counts."""
    counts: NDArray[np.float64] = (np.exp2(levels / LEVELS) - 1) / FINEST
    return counts
