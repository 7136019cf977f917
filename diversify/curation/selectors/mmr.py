"""Maximal marginal relevance: each time the row that is worth most and most unlike the picked ones.

Carbonell and Goldstein (1998), "The use of MMR, diversity-based reranking for reordering documents
and producing summaries": relevance x score - (1 - relevance) x highest cosine to a picked row.

The plain loop reads all n rows for each pick. The highest cosine only rises, so a row's value only
falls and a stale one is a bound: among the `block` best rows the greedy choice is everyone's
choice, as long as it beats the stale value of the first row outside. So a block of picks shares
one matrix product, and the order is that of the plain loop.
"""

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Positions, Vectors
from diversify.curation.selectors.cosines import (
    Numbers,
    cosines,
    highest_cosines,
    inverse_lengths,
)
from diversify.progress import progress

Bar = tuple[float, int]
"""Value and position of the best row outside."""


def mmr_order(
    vectors: Vectors,
    scores: npt.NDArray[np.floating] | None,
    count: int,
    relevance: float,
    block: int = 1000,
) -> Positions:
    """Give the positions of `count` rows in the order that maximal marginal relevance picks them.

    Scores are laid out from 0 (the lowest of the group) to 1 (the highest), so that they weigh
    against cosines; where all are the same they count as 0. Without scores a row's worth is its
    cosine to the mean of the group, laid out in the same way. The first pick is the row worth
    most; ties go to the lower position.

    Takes 2 n count d operations, nearly all in matrix products, and beside the vectors the memory
    of a few arrays of block x block.

    Args:
        vectors: rows that `rounded` gave.
        scores: quality of each row, more is better, finite; None takes nearness to the mean.
        count: rows to pick, at most all.
        relevance: weight of the score, from 0 (only unlikeness) to 1 (only the score).
        block: rows that are looked at between two passes over all; it changes only the time.
    """
    assert count <= len(vectors), "no row is picked twice"
    if not count:
        return np.empty(0, dtype=np.intp)
    inverse = inverse_lengths(vectors)
    worth = relevance * _from_0_to_1(_centrality(vectors, inverse) if scores is None else scores)
    nearest = np.full(len(vectors), -np.inf)
    picks = new = np.array([worth.argmax()])
    with progress("mmr", count) as advance:
        while len(picks) < count:
            cosine = highest_cosines(vectors, inverse, vectors[new], inverse[new])
            np.maximum(nearest, cosine, out=nearest)
            values = worth - (1 - relevance) * nearest
            values[picks] = -np.inf
            pool, bar = _best(values, min(block, len(vectors) - 1))
            rows, scale = vectors[pool], inverse[pool]
            by_pick = cosines(rows, scale, rows, scale).T  # [picked, candidate]
            inside = _pick_inside(
                pool, values[pool], (1 - relevance) * np.ascontiguousarray(by_pick), worth, bar
            )
            new = pool[inside[: count - len(picks)]]
            picks = np.concatenate([picks, new])
            advance(len(new))
    return picks


def _from_0_to_1(scores: npt.NDArray[np.floating]) -> Numbers:
    """Lay scores out between 0 and 1."""
    wide = scores.astype(np.float64)
    low, high = wide.min(), wide.max()
    return (wide - low) / (high - low) if high > low else np.zeros(len(wide))


def _centrality(vectors: Vectors, inverse: Numbers) -> Numbers:
    """Give the cosine of each row to the mean, but for the mean's length, which is one for all.

    The products are whole numbers below 2^53, exact in float64 in any order of summing.
    """
    total = vectors.sum(axis=0, dtype=np.float64)
    along: Numbers = np.einsum("nd,d->n", vectors, total, dtype=np.float64)
    return along * inverse


def _best(values: Numbers, block: int) -> tuple[Positions, Bar]:
    """Give the `block` best rows by position, and the best one outside; ties by position."""
    edge = float(np.partition(values, -block - 1)[-block - 1])
    above = np.flatnonzero(values > edge)
    tied = np.flatnonzero(values == edge)
    left = block - len(above)  # fewer than are tied, for the edge is the one after the block
    return np.sort(np.concatenate([above, tied[:left]])), (edge, int(tied[left]))


def _pick_inside(
    pool: Positions, values: Numbers, costs: Numbers, worth: Numbers, bar: Bar
) -> list[int]:
    """Run the plain greedy loop inside the pool, while its best row beats the bar outside."""
    inside: list[int] = []
    own = worth[pool]
    while True:
        best = int(values.argmax())  # the first of the best: the lower position
        value = float(values[best])
        if value == -np.inf or (value, -int(pool[best])) < (bar[0], -bar[1]):
            return inside
        inside.append(best)
        np.minimum(values, own - costs[best], out=values)
        values[best] = -np.inf
