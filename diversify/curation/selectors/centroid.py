"""The rows nearest to their cluster's mean, the clusters in turn.

Sorscher, Geirhos, Shekhar, Ganguli and Morcos (2022), "Beyond neural scaling laws: beating power
law scaling via data pruning", whose self-supervised metric is the distance of a row to its k-means
centroid; here the nearest come first, and the budget is spread over the clusters by turns.
"""

import numpy as np

from diversify.curation.near.rounding import Positions, Vectors, squared_lengths
from diversify.curation.selectors.turns import Labels, in_turns


def centroid_order(vectors: Vectors, labels: Labels | None, count: int) -> Positions:
    """Give the positions of `count` rows: the most typical of each cluster, largest cluster first.

    The mean is that of the rows given, so it moves with the group. Ties go to the lower position.
    Takes 4 n d operations and, in float64, the memory of the largest cluster.

    Args:
        vectors: rows that `rounded` gave.
        labels: cluster of each row; without them all rows are one cluster.
        count: rows to pick, at most all.
    """
    assert count <= len(vectors), "no row is picked twice"
    clusters = np.zeros(len(vectors), dtype=np.int32) if labels is None else labels
    return in_turns(clusters, count, lambda members, wanted: _typical(vectors, members)[:wanted])


def _typical(vectors: Vectors, members: Positions) -> Positions:
    """Order the rows of a cluster by their distance to its mean.

    |v - s/n|^2 grows with n |v|^2 - 2 v.s, where s is the sum of its n rows: whole numbers below
    2^53, exact in float64 in any order of summing.
    """
    rows = vectors[members].astype(np.float64)
    squares = squared_lengths(vectors[members]).astype(np.float64)
    gaps = len(rows) * squares - 2 * (rows @ rows.sum(axis=0))
    return members[np.argsort(gaps, kind="stable")]
