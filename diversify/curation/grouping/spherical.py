"""Spherical k-means in whole numbers: groups by angle, the same on every machine.

Dhillon and Modha (2001), "Concept decompositions for large sparse text data using clustering":
each round puts a row into the group of the nearest centre, and each centre on the sphere along
the sum of its rows. Here rows and centres are rounded to integers of one length, so that distances
and sums are exact and every round is the same whatever the BLAS, the threads or the processor.
"""

import numpy as np

from diversify.curation.grouping.nearest import Gaps, group_sums, nearest
from diversify.curation.near.rounding import Positions, Vectors, rounded
from diversify.progress import progress


def spherical_centres(
    vectors: Vectors,
    weights: Positions,
    clusters: int,
    iterations: int,
    rng: np.random.Generator,
    rows_per_cluster: int = 0,
) -> tuple[Vectors, int]:
    """Find centres (k, d), integers of length 2000, and tell after how many rounds.

    It starts from rows drawn at random and ends when a round brings the rows no nearer. A group
    that runs empty starts anew at the row farthest from its centre. A round takes 2 m k d
    floating-point operations, m being `rows_per_cluster` k rows or all, and m d float32.

    Args:
        vectors: distinct rows that `rounded` gave, in an order of their own.
        weights: how often each row occurs.
        clusters: number of centres, at most that of the rows.
        iterations: rounds at most.
        rng: where the first centres, and the rows that are looked at, are drawn from.
        rows_per_cluster: rows for each centre that are looked at; 0 looks at all.
    """
    shuffled = rng.permutation(len(vectors))
    if rows_per_cluster and rows_per_cluster * clusters < len(vectors):
        drawn = np.sort(shuffled[: rows_per_cluster * clusters])
        vectors, weights = vectors[drawn], weights[drawn]
        shuffled = rng.permutation(len(vectors))
    centres = kept = vectors[np.sort(shuffled[:clusters])]
    least = np.inf
    rounds = 0
    with progress("cluster", iterations) as advance:
        while rounds < iterations:
            rounds += 1
            labels, gaps = nearest(vectors, centres)
            spread = float((gaps * weights).sum())  # whole numbers, so exact
            if spread >= least:
                break
            least, kept = spread, centres
            centres = _moved(vectors, weights, labels, gaps, centres)
            advance(1)
    return kept, rounds


def _moved(
    vectors: Vectors, weights: Positions, labels: Positions, gaps: Gaps, centres: Vectors
) -> Vectors:
    """Put each centre along the sum of its rows; an empty one on the farthest row."""
    moved = rounded(group_sums(vectors, weights, labels, len(centres)))
    sizes = np.bincount(labels, minlength=len(centres))
    lost = ~moved.any(axis=1)  # no rows, or rows that cancel out
    moved[lost] = centres[lost]
    empty = np.flatnonzero(sizes == 0)
    farthest = np.argsort(-gaps, kind="stable")[: len(empty)]  # ties go to the lower row
    moved[empty] = vectors[farthest]
    return moved
