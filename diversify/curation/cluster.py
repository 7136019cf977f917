"""Group embedded rows, the same groups whatever order the rows come in.

Rows are rounded to integers and only the distinct ones are grouped, listed by their bytes and
weighted by how often they occur: many rows can be one vector, and k-means warns when it cannot
fill its clusters.

kmeans is full k-means in float64, where threads can change no more than the last bits of a centre:
about n k d `iterations` multiplications, seconds for 70,000 rows of 384 dimensions, and n d
float64. The other methods hold n d float32 and a copy while they look for equal rows. spherical
works in whole numbers, so that nothing at all can change its groups.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from diversify.config.cluster import ClusterOptions
from diversify.curation.grouping.cluster_count import Tried, best_groups
from diversify.curation.grouping.cluster_methods import tightness
from diversify.curation.grouping.nearest import nearest, on_grid
from diversify.curation.near.rounding import LENGTH, distinct_rows, rounded
from diversify.errors import DataError
from diversify.hardware import limited_threads, usable_threads


@dataclass(frozen=True)
class ClusterResult:
    """Which cluster each row is in, and what the clusters are like."""

    labels: npt.NDArray[np.int32]  # (n,); -1: noise that was kept apart
    centres: npt.NDArray[np.float32]  # (k, d), in the length of rows of length 1
    sizes: npt.NDArray[np.int64]  # (k,)
    inertia: float
    """Sum of squared distances from the rows, scaled to length 1, to their centres."""
    distinct: int
    """Number of distinct rows, which bounds the number of clusters."""
    iterations: int
    """Rounds of k-means that were run."""
    noise: int = 0
    """Rows that density found in no group: in the nearest, or labelled -1."""
    tried: list[Tried] = field(default_factory=list)
    """Numbers of clusters that a score chose among."""

    def summary(self) -> dict[str, Any]:
        """Say how many clusters there are, how even and how tight."""
        return {
            "rows": len(self.labels),
            "distinct_rows": self.distinct,
            "clusters": len(self.sizes),
            "largest": int(self.sizes.max()),
            "median": float(np.median(self.sizes)),
            "smallest": int(self.sizes.min()),
            "inertia": self.inertia,
            "iterations": self.iterations,
            "noise": self.noise,
            "tried": [asdict(one) for one in self.tried],
        }


def group_rows(
    embeddings: npt.NDArray[np.floating], options: ClusterOptions, threads: int = 0
) -> ClusterResult:
    """Group rows by the method that the options name; clusters are listed largest first.

    Raises:
        ConfigError: the method needs a library that is not installed.
        DataError: there are no rows, or too few for density.
    """
    if not len(embeddings):
        raise DataError("no rows to cluster: the steps before dropped them all")
    vectors = rounded(embeddings)
    firsts, which, counts = distinct_rows(vectors)
    vectors = vectors[firsts]
    with limited_threads(usable_threads(threads)):
        found, tried = best_groups(vectors, counts, options)
    sizes = np.bincount(found.labels[which] + 1, minlength=len(found.centres) + 1)[1:]
    by_size = np.argsort(-sizes, kind="stable")
    places = np.append(np.argsort(by_size), -1)  # its last stands for label -1
    filled = by_size[: np.count_nonzero(sizes)]
    return ClusterResult(
        labels=places[found.labels][which].astype(np.int32),
        centres=(found.centres[filled] / LENGTH).astype(np.float32),
        sizes=sizes[filled],
        inertia=tightness(found.inertia),
        distinct=len(firsts),
        iterations=found.iterations,
        noise=int(counts[found.noise].sum()),
        tried=tried,
    )


def assign(
    embeddings: npt.NDArray[np.floating], centres: npt.NDArray[np.floating], threads: int = 0
) -> ClusterResult:
    """Put rows into the clusters of earlier centres: each to the nearest, ties to the lower.

    Clusters keep their numbers, and may be empty. Rows that were grouped by a kind of k-means get
    their labels again.

    Raises:
        DataError: there are no rows or no centres, they differ in their dimensions, or a number is
            not finite.
    """
    if not len(embeddings) or not len(centres):
        raise DataError("no rows to put into clusters, or no clusters")
    if not np.isfinite(centres).all():
        raise DataError("the centres hold numbers that are not finite: cluster again")
    vectors = rounded(embeddings)
    with limited_threads(usable_threads(threads)):
        labels, gaps = nearest(vectors, on_grid(centres))
    return ClusterResult(
        labels=labels.astype(np.int32),
        centres=centres.astype(np.float32),
        sizes=np.bincount(labels, minlength=len(centres)),
        inertia=tightness(float(gaps.sum())),
        distinct=len(distinct_rows(vectors)[0]),
        iterations=0,
    )
