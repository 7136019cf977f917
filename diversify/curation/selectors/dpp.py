"""A determinantal point process, greedily: each time the row that adds most volume.

Chen, Zhang and Zhou (2018), "Fast greedy MAP inference for determinantal point process to improve
recommendation diversity", section 4 (algorithm 1), with the cosines of the rows as the kernel; the
gain of a row is its squared distance from the span of the picked ones.

Unit rows of d dimensions span at most d: after that many picks no row adds anything, and what
rounding would pick is chance. So there it ends, and the other rows follow by position. The work is
done number by number in float64, in the order of the picks, which no BLAS and no number of threads
can change.
"""

import numpy as np

from diversify.curation.near.rounding import Positions, Vectors
from diversify.curation.selectors.cosines import Numbers, inverse_lengths
from diversify.curation.selectors.kcenter import most_central
from diversify.curation.selectors.turns import Labels, in_turns

LEAST = 1e-9
"""Gain, for rows of length 1, at or below which a row counts as in the span of the picked ones."""


def dpp_order(vectors: Vectors, count: int, labels: Labels | None = None) -> Positions:
    """Give the positions of `count` rows: the greedy DPP inside each cluster, clusters in turn.

    The largest cluster goes first. In each cluster the first pick is the row nearest to its mean,
    since all rows alone have the same volume; then the largest gain, ties to the lower position;
    and when the span is full, the other rows by position.

    For a cluster of n rows of which k are picked, and r = min(k, d), it takes 2 n r d + n r^2
    operations and n r float64 numbers of memory.

    Args:
        vectors: rows that `rounded` gave.
        count: rows to pick, at most all.
        labels: cluster of each row; without them all rows are one cluster.
    """
    assert count <= len(vectors), "no row is picked twice"
    clusters = np.zeros(len(vectors), dtype=np.int32) if labels is None else labels
    return in_turns(
        clusters, count, lambda members, wanted: members[_widest(vectors[members], wanted)]
    )


def _widest(vectors: Vectors, count: int) -> Positions:
    """Pick rows of one cluster by incremental Cholesky factors of the kernel."""
    inverse = inverse_lengths(vectors)
    gains = (inverse > 0).astype(np.float64)
    factors: list[Numbers] = []  # one (n,) for each pick
    picks: list[int] = []
    best = most_central(vectors)
    while len(picks) < count and (not picks or gains[best] > LEAST):
        factor = (vectors @ vectors[best]) * inverse * inverse[best]
        for earlier in factors:
            factor -= earlier[best] * earlier
        factor /= np.sqrt(gains[best]) or 1.0  # a row of zeros adds nothing
        gains -= factor * factor
        gains[best] = -1
        gains[picks] = -1
        picks.append(best)
        factors.append(factor)
        best = int(gains.argmax())  # the first of the largest: the lower position
    rest = np.setdiff1d(np.arange(len(vectors)), picks)
    return np.concatenate([np.array(picks, dtype=np.intp), rest[: count - len(picks)]])
