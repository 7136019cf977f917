"""The near pairs of two sets of rows: by a bound first, then exactly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversify.curation.near.cells import taken
from diversify.curation.near.heads import ALONE, Floats, heads_of
from diversify.curation.near.rounding import Positions, Vectors, squared_lengths
from diversify.curation.near.workers import parts_of

MARGIN = 2e-3
"""More than the product of two heads can err."""
PAIRS_AT_ONCE = 4096
"""Pairs of rows whose products are worked out one by one."""

Found = tuple[Positions, Positions, npt.NDArray[np.float32]]
"""Left and right rows, and their cosines."""


@dataclass(frozen=True)
class Rows:
    """Some rows, none of them zero."""

    vectors: Vectors
    places: Positions  # (m,)

    def some(self, rows: Positions | slice) -> Vectors:
        """Give the vectors of some of these rows."""
        return taken(self.vectors, self.places[rows])


@dataclass(frozen=True)
class Side(Rows):
    """Rows that are compared with others."""

    squares: Floats  # (m,), squared lengths
    heads: Vectors  # (m, width + 1)


def side_of(rows: Rows, directions: Floats) -> Side:
    """Turn rows onto the directions."""
    squares = squared_lengths(rows.vectors)[rows.places].astype(np.float64)
    heads = heads_of(rows.vectors, rows.places, directions)
    return Side(rows.vectors, rows.places, squares, heads)


def near_in_block(left: Side, span: slice, right: Side, met: Positions, cosine: float) -> Found:
    """Find the near pairs of a span of rows on the left with some on the right.

    Where both sides are one, only pairs whose left row lies before the right one.
    """
    bounds = left.heads[span] @ taken(right.heads, met).T
    one, two = np.divmod(np.flatnonzero(bounds >= cosine - MARGIN), len(met))
    if left is right:
        before = one + span.start < met[two]
        one, two = one[before], two[before]
    products = _products(left.some(span), right, met, one, two)
    one, two = one + span.start, met[two]
    cosines = products / np.sqrt(left.squares[one] * right.squares[two])
    near = cosines >= cosine
    return left.places[one[near]], right.places[two[near]], cosines[near].astype(np.float32)


def joined(found: list[Found]) -> Found:
    """Put what was found together."""
    if not found:
        empty = np.empty(0, dtype=np.intp)
        return empty, empty, np.empty(0, dtype=np.float32)
    left, right, cosines = (np.concatenate(column) for column in zip(*found, strict=True))
    return left, right, cosines


def _products(
    rows: Vectors, right: Side, met: Positions, one: Positions, two: Positions
) -> Vectors:
    """Give the exact products of pairs, alone or, where many are wanted, with all of the block."""
    if ALONE * len(one) > len(rows) * len(met):
        block: Vectors = rows @ right.some(met).T
        return block[one, two]
    products = np.empty(len(one), dtype=np.float32)
    for part in parts_of(len(one), PAIRS_AT_ONCE):
        products[part] = np.einsum("nd,nd->n", rows[one[part]], right.some(met[two[part]]))
    return products
