"""Clusters take turns, the largest first, each giving its rows in an order of its own."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Positions

Labels = npt.NDArray[np.integer]

Ranking = Callable[[Positions, int], Positions]
"""Gives so many of these positions, in the order in which a cluster gives its rows."""


def in_turns(labels: Labels, count: int, ranking: Ranking) -> Positions:
    """Give the positions of `count` rows: one of each cluster that has any left, round by round.

    Clusters of one size go by their label. Each head of the order takes the same number of each
    cluster within one, or all that the cluster has.

    Args:
        labels: cluster of each row.
        count: rows to give, at most all.
        ranking: order inside a cluster; it is asked only for as many rows as are taken.
    """
    names, which, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    by_size = np.argsort(-sizes, kind="stable")
    members = np.split(np.argsort(which, kind="stable"), np.cumsum(sizes)[:-1])
    turn = _turns(sizes[by_size], count)
    order = np.empty(count, dtype=np.intp)
    wanted = np.bincount(turn, minlength=len(names))
    for place, cluster in enumerate(by_size):
        if wanted[place]:
            order[turn == place] = ranking(members[cluster], int(wanted[place]))
    return order


def _turns(sizes: Positions, count: int) -> Positions:
    """Say of each place in the order whose turn it is: the place of its cluster among `sizes`."""
    which = np.repeat(np.arange(len(sizes)), sizes)
    rounds = np.concatenate([np.arange(size) for size in sizes]) if len(sizes) else which
    return which[np.lexsort((which, rounds))[:count]]
