"""NovelSum: how new each row of a set is beside the others, where the pool is dense.

Yang, Nan, Ye, Dou, Wang, Li, Lv, Gui, Zhang and Huang (2025), "Measuring data diversity for
instruction tuning: a systematic analysis and a reliable metric" (ACL), section on NovelSum:

    novelty of i = sum over j != i of  w(i, j) sigma(j)^beta d(i, j)

d is the cosine distance; w(i, j) = 1 / r^alpha where j is the r-th nearest to i, so near rows
weigh more; sigma(j) = 1 / (sum of the distances of j to its K nearest rows of the pool), so that
where the pool is dense small distances count for more. The paper adds up the novelty of the rows;
here it is a weighted mean instead, divided by the number of rows and by the sum of the weights,
which is the same for each row: sets of one size compare as in the paper.
"""

import numpy as np

from diversify.curation.near.rounding import Positions, Vectors
from diversify.curation.selectors.cosines import Numbers, cosines, inverse_lengths

NUMBERS_AT_ONCE = 2**23
"""Distances held at a time; 64 MiB."""
LEAST_DISTANCE = 1e-6
"""Least sum of the distances to the neighbours: copies in the pool are dense, not infinitely so."""
GRAIN = 2.0**39
"""Steps of a distance of 1; a distance and a position then share one whole number of 63 bits."""


def densities(vectors: Vectors, pool: Vectors, own: Positions, neighbours: int) -> Numbers:
    """Give sigma of each row: 1 / (sum of the distances to its nearest rows of the pool).

    Takes 2 n m d operations for n rows and m rows of the pool, block by block.

    Args:
        vectors: rows that `rounded` gave.
        pool: rows to look for neighbours in.
        own: where each row lies in the pool, or -1 if it does not; it is no neighbour of its own.
        neighbours: how many, at most the others in the pool.
    """
    inverse, pool_inverse = inverse_lengths(vectors), inverse_lengths(pool).astype(np.float32)
    nearest = min(neighbours, len(pool) - 1)
    sums = np.empty(len(vectors))
    step = max(1, NUMBERS_AT_ONCE // len(pool))
    for start in range(0, len(vectors), step):
        part = slice(start, start + step)
        scaled = (vectors[part] @ pool.T) * pool_inverse
        known = np.flatnonzero(own[part] >= 0)
        scaled[known, own[part][known]] = -np.inf
        highest = np.partition(scaled, len(pool) - 1 - nearest, axis=1)[:, len(pool) - nearest :]
        distances = 1 - highest.astype(np.float64) * inverse[part, None]
        sums[part] = np.sort(distances, axis=1).sum(axis=1)
    return 1 / np.maximum(sums, LEAST_DISTANCE)


def novel_sum(vectors: Vectors, density: Numbers, proximity: float) -> float:
    """Give the mean novelty of the rows of a set; 0 for fewer than two rows.

    Ties in distance go to the lower position. Takes 2 n^2 d operations and n^2 log n for sorting,
    block by block.

    Args:
        vectors: rows that `rounded` gave, at most four million.
        density: sigma(j)^beta of each row.
        proximity: alpha, how much more the nearest rows weigh; 0 weighs all alike.
    """
    others = len(vectors) - 1
    if others < 1:
        return 0.0
    inverse = inverse_lengths(vectors)
    weights = 1 / np.arange(1, others + 1) ** proximity
    total = 0.0
    step = max(1, NUMBERS_AT_ONCE // len(vectors))
    for start in range(0, len(vectors), step):
        rows = np.arange(start, min(start + step, len(vectors)))
        distances = 1 - cosines(vectors[rows], inverse[rows], vectors, inverse)
        distances[np.arange(len(rows)), rows] = 3  # no distance is: last, and cut off
        order, sorted_distances = _nearest_first(distances)
        near = sorted_distances[:, :-1] * density[order[:, :-1]]
        total += float((near @ weights).sum())
    return total / (len(vectors) * float(weights.sum()))


def _nearest_first(distances: Numbers) -> tuple[Positions, Numbers]:
    """Sort each row's distances; give the positions they had, the lower one first in a tie.

    As whole numbers that hold both, no two of which are the same: any way of sorting gives one
    order, and the fastest will do.
    """
    bits = int(distances.shape[1]).bit_length()
    keys = np.rint(distances * GRAIN).astype(np.int64) << bits
    keys |= np.arange(distances.shape[1])
    keys.sort(axis=1)
    return keys & ((1 << bits) - 1), (keys >> bits) / GRAIN
