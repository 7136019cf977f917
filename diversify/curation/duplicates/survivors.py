"""Which of the items that are near each other stay.

Groups of near pairs hang together in chains: a is near b and b near c, though a is not near c.
Whole groups would lose c for an a that it does not resemble. So items are taken by priority: each
is dropped if it is near one that was taken before, for the first such, and taken otherwise. That
is greedy maximal independent set (Blelloch, Fineman and Shun, 2012, "Greedy sequential maximal
independent set and matching are parallel on average"). Nothing is dropped without a near one that
stays, no two that stay are near each other, and of a group that is all near one stays, however
large it is.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from diversify.curation.duplicates.pairs import Allowed, Blocks, Flags, Near, Pairs
from diversify.curation.near.rounding import Positions
from diversify.progress import progress


class Twins(NamedTuple):
    """For each item the one it is dropped for, itself if it stays, and how alike they are."""

    twin: Positions
    similarity: npt.NDArray[np.float32]

    @property
    def alone(self) -> Flags:
        """Which items stay."""
        stays: Flags = self.twin == np.arange(len(self.twin))
        return stays


def alone(items: int) -> Twins:
    """Begin with all items as their own twins."""
    return Twins(np.arange(items), np.ones(items, dtype=np.float32))


def choose_survivors(near: Near, items: int, allowed: Allowed) -> Twins:
    """Take items in order of position, which is their priority; drop what is near one taken.

    Pairs are asked for a block at a time and only of items still there, so a large group costs
    its pairs with one survivor, and memory stays bounded.
    """
    found = alone(items)
    there = np.ones(items, dtype=bool)
    waiting, blocks = np.arange(items), Blocks(near)
    with progress("dedup", items) as advance:
        while len(waiting):
            count, pairs = blocks.first(waiting, there, allowed)
            _drop(pairs, found, there)
            later = waiting[count:]
            later = later[there[later]]
            advance(len(waiting) - len(later))
            waiting = later
    return found


def _drop(pairs: Pairs, found: Twins, there: Flags) -> None:
    """Drop the right items of each left one that is still there, in place."""
    lefts, starts, counts = np.unique(pairs.left, return_index=True, return_counts=True)
    ends = starts + counts
    for left, start, end in zip(lefts.tolist(), starts.tolist(), ends.tolist(), strict=True):
        if there[left]:
            fresh = start + np.flatnonzero(there[pairs.right[start:end]])
            found.twin[pairs.right[fresh]] = left
            found.similarity[pairs.right[fresh]] = pairs.similarity[fresh]
            there[pairs.right[fresh]] = False


def find_nearest(near: Near, found: Twins, references: int, allowed: Allowed) -> Twins:
    """Give each item its nearest reference item; those that have one already keep it.

    The first `references` items are the reference, and stay; ties go to the lower position.
    """
    twin, similarity = found.twin.copy(), np.where(found.alone, 0, found.similarity)
    there = found.alone
    there[:references] = False
    waiting, blocks = np.arange(references), Blocks(near)
    with progress("dedup", references) as advance:
        while len(waiting):
            count, pairs = blocks.first(waiting, there, allowed)
            order = np.lexsort((pairs.left, -pairs.similarity, pairs.right))
            _, firsts = np.unique(pairs.right[order], return_index=True)
            best = order[firsts]  # of each right one, the nearest left one
            best = best[pairs.similarity[best] > similarity[pairs.right[best]]]
            twin[pairs.right[best]] = pairs.left[best]
            similarity[pairs.right[best]] = pairs.similarity[best]
            waiting = waiting[count:]
            advance(count)
    return Twins(twin, np.where(twin == np.arange(len(twin)), 1, similarity).astype(np.float32))
