"""Facility location, greedy and exact on a sparse graph: the rows that stand best for all rows.

A set of picks is worth the sum, over all rows, of a row's largest similarity to a pick; each time
the row that adds most is picked. Cornuejols, Fisher and Nemhauser (1977), "Location of bank
accounts to optimize float", greedy within 1 - 1/e of the best; Wei, Iyer and Bilmes (2015),
"Submodularity in data subset selection and active learning", who choose training rows by it.

Similarity is the product of two rounded rows, 4 million times their cosine, where it is positive
and one is among the `neighbours` nearest rows of the other (not the other way round: each row
names those that may stand for it, and a row that is named by many is worth much); else it is 0.

Lazy (Minoux 1978, "Accelerated greedy algorithms for maximizing submodular set functions"): what a
row adds can only shrink, so a stale gain is a bound. The rows with the largest bounds form a pool;
inside, gains are kept exact after each pick, and picks go on as long as they beat all bounds
outside. Gains are whole numbers and ties go to the lower position, so the order is that of the
plain greedy loop, whatever the BLAS or the number of threads.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from diversify.curation.near.copies import first_equals
from diversify.curation.near.neighbours import NearestGraph, nearest
from diversify.curation.near.rounding import Positions, Vectors
from diversify.curation.near.workers import parts_of
from diversify.progress import progress

POOL = 2000
"""Rows in a pool; it changes only the time."""
ROWS_AT_ONCE = 65_536
"""Rows whose first gains are worked out at a time."""

Integers = npt.NDArray[np.int64]


def facility_order(
    vectors: Vectors, count: int, neighbours: int = 64, probes: int = 32
) -> Positions:
    """Give the positions of `count` rows in the order that greedy facility location picks them.

    Equal rows are one row that weighs as much as they are. When no row adds anything more, the
    rest follow in order of position. A shorter order is the head of a longer one. With as many
    neighbours as rows this is facility location on all similarities.

    The graph takes most of the time, and its memory too: 30 n `neighbours` bytes.

    Args:
        vectors: rows that `rounded` gave.
        count: rows to pick, at most all.
        neighbours: nearest rows that may stand for a row. Picks that are fewer than one in
            `neighbours` rows leave rows that nothing stands for, and are worth less than those
            of a wider graph.
        probes: cells in which a row looks for its nearest, where there are more than 32,768 rows.
    """
    assert count <= len(vectors), "facility location cannot pick a row twice"
    firsts = first_equals(vectors)
    distinct = np.flatnonzero(firsts == np.arange(len(vectors)))
    weights = np.bincount(firsts, minlength=len(vectors))[distinct]
    graph = nearest(
        vectors if len(distinct) == len(vectors) else vectors[distinct], neighbours, probes
    )
    picks = distinct[_Greedy(graph, weights).picks(min(count, len(distinct)))]
    rest = np.setdiff1d(np.arange(len(vectors)), picks)
    return np.concatenate([picks, rest[: count - len(picks)]])


class _Greedy:
    """The greedy loop over a graph of distinct rows."""

    def __init__(self, graph: NearestGraph, weights: Integers) -> None:
        """Begin with no picks."""
        self.graph, self.weights = graph, weights
        self.stands = _stands_for(graph)
        self.covered = np.zeros(len(weights), dtype=np.int32)  # largest similarity to a pick
        self.slots = np.full(len(weights), -1, dtype=np.int32)  # of rows in the pool
        rows = np.arange(len(weights))
        parts = [self._gains(rows[part]) for part in parts_of(len(rows), ROWS_AT_ONCE)]
        self.bounds = np.concatenate(parts)  # on what a row adds; -1: picked

    def picks(self, count: int) -> Positions:
        """Pick rows while any adds something, at most `count`."""
        found: list[int] = []
        with progress("facility location", count) as advance:
            while len(found) < count:
                pool, bar = self._pool()
                if not len(pool):
                    break
                inside = self._pick_inside(pool, bar, count - len(found))
                found += inside
                advance(len(inside))
        return np.array(found, dtype=np.intp)

    def _pool(self) -> tuple[Positions, int]:
        """Give the rows with the largest bounds, by position, and the largest bound outside."""
        at = max(0, len(self.bounds) - POOL)
        least = max(1, int(np.partition(self.bounds, at)[at]))
        inside = self.bounds >= least  # all that tie with the last one too
        return np.flatnonzero(inside), int(self.bounds[~inside].max(initial=0))

    def _pick_inside(self, pool: Positions, bar: int, count: int) -> list[int]:
        """Run the plain greedy loop inside the pool, while its best row beats the bar outside."""
        gains = self._gains(pool)
        self.slots[pool] = np.arange(len(pool))
        found: list[int] = []
        while len(found) < count:
            best = int(gains.argmax())  # the first of the largest: the lower position
            if gains[best] <= bar:
                break
            found.append(int(pool[best]))
            self._cover(found[-1], gains)
            gains[best] = -1
        self.slots[pool] = -1
        self.bounds[pool] = gains
        return found

    def _gains(self, rows: Positions) -> Integers:
        """Work out what each of some rows adds; sums of whole numbers, exact below 2^53."""
        starts, ends = self.stands.indptr[rows].astype(np.intp), self.stands.indptr[rows + 1]
        sizes = ends - starts
        owners = np.repeat(np.arange(len(rows)), sizes)
        entries = np.arange(len(owners)) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
        named_by = self.stands.indices[entries]
        added = np.maximum(0, self.stands.data[entries] - self.covered[named_by])
        gains = np.bincount(owners, added * self.weights[named_by], minlength=len(rows))
        return gains.astype(np.int64)

    def _cover(self, pick: int, gains: Integers) -> None:
        """Cover the rows that a pick stands for, and take that from the gains in the pool."""
        span = slice(*self.stands.indptr[pick : pick + 2])
        rows, similarity = self.stands.indices[span], self.stands.data[span]
        better = similarity > self.covered[rows]
        rows, similarity = rows[better], similarity[better]
        before, after = self.covered[rows, None], similarity[:, None]
        theirs = self.graph.products[rows]  # (rows, neighbours)
        slots = self.slots[self.graph.positions[rows]]
        losing = (theirs > before) & (slots >= 0)
        lost = (np.minimum(theirs, after) - before) * self.weights[rows, None]
        np.subtract.at(gains, slots[losing], lost[losing])
        self.covered[rows] = similarity


def _stands_for(graph: NearestGraph) -> Any:
    """Turn the graph round: a sparse matrix whose column v lists the rows that name v."""
    from scipy.sparse import csr_array

    counts = graph.products > 0
    ends = np.append(0, np.cumsum(counts.sum(axis=1)))
    entries = graph.products[counts], graph.positions[counts], ends
    return csr_array(entries, shape=(len(counts), len(counts))).tocsc()
