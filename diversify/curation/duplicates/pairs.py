"""Pairs of items that are near each other, found a block at a time."""

import sys
from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Positions
from diversify.errors import DataError

Flags = npt.NDArray[np.bool_]
FEWER = 8
"""By how much to cut the number of items, when they have too many pairs."""
MOST_PAIRS = 5_000_000
"""Pairs that are worked with at a time, half a gigabyte."""

Allowed = Callable[[Positions, Positions], Flags]
"""Says of each left and right item whether the two may be compared."""


class Pairs(NamedTuple):
    """Near items, left < right, sorted by left and then by right."""

    left: Positions
    right: Positions
    similarity: npt.NDArray[np.float32]


class Near(Protocol):
    """Knows which items are near each other."""

    def block(self, lefts: Positions) -> int:
        """Say how many of these items, from the first on, to ask about at a time."""

    def pairs(self, lefts: Positions, there: Flags, allowed: Allowed) -> Pairs:
        """Give the allowed pairs of each left with later items that are still there.

        Raises:
            TooManyPairsError: there are more than memory should hold.
        """


class TooManyPairsError(DataError):
    """More pairs than memory should hold: ask about fewer items."""


class Blocks:
    """Asks about as many items at a time as memory can hold the pairs of."""

    def __init__(self, near: Near) -> None:
        """Begin with as many as `near` would take."""
        self.near = near
        self.most = sys.maxsize

    def first(self, waiting: Positions, there: Flags, allowed: Allowed) -> tuple[int, Pairs]:
        """Give the pairs of the first items that wait, and how many items these are."""
        count = min(self.near.block(waiting), self.most)
        while True:
            try:
                pairs = self.near.pairs(waiting[:count], there, allowed)
            except TooManyPairsError:
                if count == 1:
                    raise
                count = self.most = max(1, count // FEWER)
            else:
                self.most *= 2  # large groups may be gone by now
                return count, pairs


def as_pairs(
    left: Positions, right: Positions, similarity: npt.NDArray[np.floating], allowed: Allowed
) -> Pairs:
    """Take out the allowed pairs with left < right, and sort them."""
    keep = left < right
    keep[keep] = allowed(left[keep], right[keep])
    left, right, similarity = left[keep], right[keep], similarity[keep]
    order = np.lexsort((right, left))
    return Pairs(left[order], right[order], similarity[order].astype(np.float32))


def ranges(starts: Positions, lengths: Positions) -> Positions:
    """Give start, start + 1, ... for each start, as many as its length says, in one array."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()), dtype=np.intp)


def equal_pairs(lefts: Positions, rights: Positions) -> tuple[Positions, Positions]:
    """Join two lists of numbers: where equal numbers lie in the one and in the other.

    Raises:
        TooManyPairsError: there are more pairs than memory should hold.
    """
    order = np.argsort(rights, kind="stable")
    starts = np.searchsorted(rights[order], lefts, side="left")
    lengths = np.searchsorted(rights[order], lefts, side="right") - starts
    if int(lengths.sum()) > MOST_PAIRS:
        raise TooManyPairsError(
            f"{lengths.sum()} pairs of alike rows are more than memory should hold"
        )
    return np.repeat(np.arange(len(lefts)), lengths), order[ranges(starts, lengths)]


def head(costs: npt.NDArray[np.integer], most: int) -> int:
    """Say how many, from the first on, cost no more than `most` together; at least one."""
    return max(1, int(np.searchsorted(np.cumsum(costs), most, side="right")))
