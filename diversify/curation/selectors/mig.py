"""Information gain over a graph of labels: each time the row that tells most that is new.

Chen, Li, Hu, Ma, Ye and Chen (2025), "MIG: Automatic data selection for instruction tuning by
maximizing information gain in semantic space" (Findings of ACL): a row brings its quality score to
each of its labels and, along the edges of the label graph, to like labels; what a set tells is the
sum over labels of phi(all that was brought), with a concave phi; the set is built greedily. Written
from the formulas of the paper. Two things differ. Gains are those of phi itself, where the paper
takes its derivative. And where no model wrote tags, clusters stand in for them, with the cosines of
their centres as edges (`label_weights`): a variant.

Rows of one kind have the same labels, so the one with the best score always goes first: only the
first row left of each kind is looked at. Gains never increase, so a gain that was worked out
earlier is a bound, and only rows whose bound reaches the best known gain are worked out again
(Minoux 1978, "Accelerated greedy algorithms"). phi is rounded to whole units, so that gains are
sums of whole numbers: the order of summing does not matter, and the picks are exactly those of
the loop that works out every gain anew.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from diversify.curation.near.rounding import Positions, Vectors, rounded
from diversify.curation.selectors.cosines import Numbers, cosines, inverse_lengths
from diversify.curation.selectors.gains import Gains
from diversify.curation.selectors.turns import Labels
from diversify.progress import progress

GRAIN = 2.0**20
"""Weights are multiples of 1/2^20, so that sums of them are the same on every machine."""
CENTRES_AT_ONCE = 1024
"""Cluster centres that are compared with all others in one product."""


@dataclass(frozen=True)
class Labelled:
    """Rows, and what each of them brings to each label."""

    weights: csr_matrix
    """(kinds, labels), from 0 to 1: what a row of this kind with a score of 1 brings to each label,
    spread along the label graph."""
    kinds: Positions
    """Kind of each row.  # (n,)"""
    scores: npt.NDArray[np.floating] | None
    """Quality of each row, not negative, divided by the highest one; None counts each as 1."""


def label_weights(
    labels: Labels,
    vectors: Vectors,
    scores: npt.NDArray[np.floating] | None,
    similarity: float = 0.9,
) -> Labelled:
    """Make labels of clusters, each of which tells something of those with a near centre.

    A row brings weight to its own cluster and, in proportion to the cosine between the centres, to
    each whose centre is at `similarity` or nearer; the weights of a row sum to 1.

    Takes n d + 2 k^2 d operations for k clusters, and memory for the pairs of near centres.

    Args:
        labels: cluster of each row, at least one row.
        vectors: rows that `rounded` gave.
        scores: quality of each row, if known.
        similarity: cosine from which two clusters tell of each other; above 0.
    """
    names, kinds = np.unique(labels, return_inverse=True)
    sums = [vectors[kinds == kind].sum(axis=0, dtype=np.float64) for kind in range(len(names))]
    centres = rounded(np.stack(sums))
    inverse = inverse_lengths(centres)
    blocks = []
    for start in range(0, len(names), CENTRES_AT_ONCE):
        part = slice(start, start + CENTRES_AT_ONCE)
        near = cosines(centres[part], inverse[part], centres, inverse)
        near[near < similarity] = 0
        near[np.arange(len(near)), np.arange(start, start + len(near))] = 1
        blocks.append(csr_matrix(np.rint(near / near.sum(axis=1, keepdims=True) * GRAIN) / GRAIN))
    return Labelled(vstack(blocks, format="csr"), kinds, scores)


def mig_order(rows: Labelled, count: int, power: float = 0.8, block: int = 512) -> Positions:
    """Give the positions of `count` rows in the order of their information gain.

    Ties go to the higher score, then to the lower position. Takes, for each pick, two passes over
    the kinds and the work for those whose gain is worked out; memory for the weights and a few
    numbers for each kind, label and row.

    Args:
        rows: what each row brings to each label.
        count: rows to pick, at most all.
        power: phi(x) = x ** power, above 0 and at most 1; the paper's is 0.8.
        block: gains that are worked out together; it changes only the time.
    """
    assert count <= len(rows.kinds), "no row is picked twice"
    assert 0 < power <= 1, "phi must rise and be concave"
    gains = Gains.of(rows.weights, rows.kinds, _quality(rows), power)
    picks = np.empty(count, dtype=np.intp)
    with progress("mig", count) as advance:
        for place in range(count):
            picks[place] = gains.take(gains.best_kind(block))
            advance(1)
    return picks


def _quality(rows: Labelled) -> Numbers:
    """Give each row's score, the highest one as 1."""
    if rows.scores is None:
        return np.ones(len(rows.kinds))
    quality = rows.scores.astype(np.float64)
    assert (quality >= 0).all(), "a row cannot tell less than nothing"
    highest = quality.max(initial=0.0)
    return quality / highest if highest else quality
