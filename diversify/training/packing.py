"""Rows of all lengths packed into blocks: best fit decreasing.

The longest row goes first, each into the fullest block that still holds it (Johnson et al. 1974,
"Worst-case performance bounds for simple one-dimensional packing algorithms"; for training by Ding
et al. 2024, "Fewer Truncations Improve Language Modeling", section 3). No row is cut.
"""

from collections import defaultdict, deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Blocks:
    """Which rows lie in which block."""

    order: Numbers
    """Rows, block after block: (rows,)."""
    starts: Numbers
    """Where each block starts in `order`, and where the last one ends: (blocks + 1,)."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rows_of(self, blocks: Numbers) -> Numbers:
        """Give the rows of some blocks, block after block."""
        sizes = np.diff(self.starts)[blocks]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        places: Numbers = np.repeat(self.starts[blocks], sizes) + within
        return self.order[places]

    def sums(self, values: Numbers) -> Numbers:
        """Add up the values of each block's rows: (blocks,)."""
        sums: Numbers = np.add.reduceat(values[self.order], self.starts[:-1])
        return sums


def pack(lengths: Numbers, most: int, seed: int) -> Blocks:
    """Pack rows of 1 to `most` tokens into blocks of at most `most` tokens.

    Rows of one length come in an order drawn from the seed, so that neighbours in a file do not
    end as neighbours in blocks; of several blocks with the same room, the one that has had it for
    longest is filled. Rows of one length, and blocks of one room, are moved together: O(rows log
    rows) for sorting, and at most about most^2 moves, each found by a look at `most` counts.
    """
    shuffled = np.random.default_rng(seed).permutation(len(lengths))
    decreasing = shuffled[np.argsort(-lengths[shuffled], kind="stable")]
    blocks = np.empty(len(lengths), dtype=np.int64)
    at, rooms = 0, _Rooms(most)
    for length, count in _runs(lengths[decreasing]):
        end = at + count
        while at < end:
            found, room = rooms.take(length, end - at)
            each = room // length
            fill = decreasing[at : min(end, at + len(found) * each)]
            blocks[fill] = np.repeat(found, each)[: len(fill)]
            rooms.give(found, np.bincount(np.arange(len(fill)) // each) * -length + room)
            at += len(fill)
    order = decreasing[np.argsort(blocks[decreasing], kind="stable")]
    return Blocks(order, np.concatenate([[0], np.cumsum(np.bincount(blocks))]))


def _runs(decreasing: Numbers) -> list[tuple[int, int]]:
    """Give each length and how many rows have it, the longest first."""
    values, counts = np.unique(decreasing, return_counts=True)
    return list(zip(values[::-1].tolist(), counts[::-1].tolist(), strict=True))


class _Rooms:
    """Blocks by the room that is left in them, first in first out; new ones where none will do."""

    def __init__(self, most: int) -> None:
        self.most, self.made = most, 0
        self.counts = np.zeros(most + 1, dtype=np.int64)
        self.queues: dict[int, deque[Numbers]] = defaultdict(deque)

    def take(self, length: int, rows: int) -> tuple[Numbers, int]:
        """Take the fullest blocks that hold a row, at most as many as `rows` rows can fill."""
        fitting = np.flatnonzero(self.counts[length:])
        room = length + int(fitting[0]) if len(fitting) else self.most
        wanted = -(-rows // (room // length))
        if not len(fitting):
            self.made += wanted
            return np.arange(self.made - wanted, self.made), room
        queue = self.queues[room]
        first = queue.popleft()
        if len(first) > wanted:
            queue.appendleft(first[wanted:])
        taken = first[:wanted]
        self.counts[room] -= len(taken)
        return taken, room

    def give(self, blocks: Numbers, rooms: Numbers) -> None:
        """Put blocks back under the room they have now: all the same, but perhaps the last."""
        for chosen in (slice(None, -1), slice(-1, None)):
            if len(blocks[chosen]) and rooms[chosen][0]:
                room = int(rooms[chosen][0])
                self.queues[room].append(blocks[chosen])
                self.counts[room] += len(blocks[chosen])
