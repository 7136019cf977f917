"""How many clusters: from the number of rows, or the best by a score."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversify.config.cluster import ClusterOptions, CountScore
from diversify.curation.grouping.cluster_methods import Groups, group_distinct, tightness
from diversify.curation.near.rounding import LENGTH, Positions, Vectors

TRIED = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Multiples of the usual number of clusters that are tried when none are named."""


@dataclass(frozen=True)
class Tried:
    """One number of clusters that was tried."""

    clusters: int
    score: float | None
    """Rounded to six decimals; none where all rows that were looked at are in one cluster."""
    inertia: float
    """As in `ClusterResult`."""


def usual_count(rows: int) -> int:
    """Give the square root of half the number of rows, a rule of thumb."""
    return max(1, round(float((rows / 2) ** 0.5)))


def best_groups(
    vectors: Vectors, weights: Positions, options: ClusterOptions
) -> tuple[Groups, list[Tried]]:
    """Group distinct rows into the number of clusters that the options ask for, or a score prefers.

    A score looks at a seeded draw of the distinct rows: silhouette (Rousseeuw 1987) and
    Calinski-Harabasz (1974) are best where high, Davies-Bouldin (1979) where low; the lower number
    wins a tie. Costs one grouping for each number tried, and `clusters_sample`^2 d for silhouette.
    """
    usual = usual_count(int(weights.sum()))
    if options.clusters_by == "size":
        count = min(options.clusters or usual, len(vectors))
        return group_distinct(vectors, weights, count, options), []
    scored = []
    for count in _to_try(options, usual, len(vectors)):
        groups = group_distinct(
            vectors, weights, count, options.model_copy(update={"clusters": count})
        )
        score = _score(vectors, groups.labels, options)
        scored.append((groups, Tried(len(groups.centres), score, tightness(groups.inertia))))
    best = max(range(len(scored)), key=lambda at: (_goodness(scored[at][1], options), -at))
    return scored[best][0], [tried for _, tried in scored]


def _to_try(options: ClusterOptions, usual: int, distinct: int) -> list[int]:
    wanted = options.clusters_tried or [max(2, round(usual * part)) for part in TRIED]
    return sorted({min(count, distinct) for count in wanted})


def _goodness(tried: Tried, options: ClusterOptions) -> float:
    """Turn a score so that more is better."""
    if tried.score is None:
        return -np.inf
    return -tried.score if options.clusters_by == "davies-bouldin" else tried.score


def _score(vectors: Vectors, labels: Positions, options: ClusterOptions) -> float | None:
    """Score the groups of a draw of rows; rows in no group play no part."""
    rng = np.random.default_rng([options.seed, len(vectors)])
    drawn = np.sort(rng.permutation(len(vectors))[: options.clusters_sample])
    drawn = drawn[labels[drawn] >= 0]
    groups = len(np.unique(labels[drawn]))
    if not 1 < groups < len(drawn) or options.clusters_by == "size":
        return None
    unit = vectors[drawn].astype(np.float64) / LENGTH
    # so many decimals are the same whatever the BLAS
    return round(float(_scorer(options.clusters_by)(unit, labels[drawn])), 6)


def _scorer(
    name: CountScore,
) -> Callable[[npt.NDArray[np.float64], Positions], float]:
    from sklearn import metrics

    scorers: dict[str, Callable[[npt.NDArray[np.float64], Positions], float]] = {
        "silhouette": metrics.silhouette_score,
        "calinski-harabasz": metrics.calinski_harabasz_score,
        "davies-bouldin": metrics.davies_bouldin_score,
    }
    return scorers[name]
