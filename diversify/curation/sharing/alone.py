"""Rank a source by itself, so that fewer of its rows are the head of more, whatever else is asked.

Two mixes that take 15,000 and 19,000 rows of a source then share the first 15,000: they are paired,
and what differs between the models trained on them is what was put in place of the rest.
"""

import numpy as np

from diversify.curation.near.rounding import Positions
from diversify.curation.ranking import Evidence, rank_rows
from diversify.curation.sharing.apportion import allocation_weights, interleave
from diversify.curation.sharing.parts import Part


def rank_alone(part: Part, count: int, evidence: Evidence) -> Positions:
    """Give `count` rows of a part: their positions in the table, in the order of its ranking.

    Where rows are shared out over clusters first, clusters take turns by Webster's rule, weighted
    by the allocation, each until its rows are used up: one order of turns serves every count. Takes
    O(n log n) beside the ranking of the rows.

    Args:
        part: a source.
        count: rows to give; at most those it has, times the repetitions.
        evidence: what the strategies look at, with the options of this source alone.
    """
    if not evidence.options.by_cluster:
        return _repeated(part.rows, count, evidence, [part.stream])
    clusters, which = np.unique(evidence.clusters(part.rows), return_inverse=True)
    sizes = np.bincount(which).astype(np.int64) * evidence.options.repetitions
    turns = interleave(
        [np.ones(size, dtype=np.int64) for size in sizes],
        allocation_weights(sizes, evidence.options).tolist(),
    )
    turn = np.repeat(np.arange(len(sizes)), sizes)[turns][:count]  # (count,)
    picks = np.empty(count, dtype=np.intp)
    for place, taken in enumerate(np.bincount(turn, minlength=len(sizes))):
        stream = [part.stream, int(clusters[place]) + 1]  # noise, where it is kept, is cluster -1
        rows = part.rows[which == place]
        picks[turn == place] = _repeated(rows, int(taken), evidence, stream)
    return picks


def _repeated(rows: Positions, count: int, evidence: Evidence, stream: list[int]) -> Positions:
    """Rank rows; they come again, in the same order, only when all have been used."""
    return np.resize(rank_rows(min(count, len(rows)), rows, evidence, stream), count)
