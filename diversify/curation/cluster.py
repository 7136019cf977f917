"""Group embedded rows by k-means, the same groups whatever order the rows come in.

Rows are rounded to integers and only the distinct ones go through k-means, weighted by how often
they occur: many rows can be one vector, and k-means warns when it cannot fill its clusters. The
work is in float64, where threads can change no more than the last bits of a centre.

Full k-means, not mini-batches: for n rows it takes about n k d `iterations` multiplications, which
is seconds for 70,000 rows of 384 dimensions and minutes for a million, and its groups do not hang
on the order in which batches are drawn. It holds n d float64 numbers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from diversify.config.cluster import ClusterOptions
from diversify.curation.rounding import LENGTH, Vectors, distinct_rows, rounded
from diversify.errors import DataError
from diversify.hardware import limited_threads, usable_threads
from diversify.progress import progress


@dataclass(frozen=True)
class ClusterResult:
    """Which cluster each row is in, and what the clusters are like."""

    labels: npt.NDArray[np.int32]  # (n,)
    centres: npt.NDArray[np.float32]  # (k, d), means of rows of length 1
    sizes: npt.NDArray[np.int64]  # (k,)
    inertia: float
    """Sum of squared distances from the rows, scaled to length 1, to their centres."""
    distinct: int
    """Number of distinct rows, which bounds the number of clusters."""
    iterations: int
    """Rounds of k-means that were run."""

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
        }


def group_rows(
    embeddings: npt.NDArray[np.float32], options: ClusterOptions, threads: int = 0
) -> ClusterResult:
    """Group rows by k-means from seeded k-means++ centres; clusters are listed largest first.

    Raises:
        DataError: there are no rows.
    """
    if not len(embeddings):
        raise DataError("no rows to cluster: the steps before dropped them all")
    vectors = rounded(embeddings)
    firsts, which, counts = distinct_rows(vectors)
    clusters = _cluster_count(len(vectors), len(firsts), options)
    with limited_threads(usable_threads(threads)), progress("cluster"):
        found = _kmeans(vectors[firsts], counts, clusters, options)
    sizes = np.bincount(found.labels_[which], minlength=clusters)
    by_size = np.argsort(-sizes, kind="stable")
    return ClusterResult(
        labels=np.argsort(by_size)[found.labels_][which].astype(np.int32),
        centres=(found.cluster_centers_[by_size] / LENGTH).astype(np.float32),
        sizes=sizes[by_size],
        inertia=float(found.inertia_) / LENGTH**2,
        distinct=len(firsts),
        iterations=int(found.n_iter_),
    )


def _cluster_count(rows: int, distinct: int, options: ClusterOptions) -> int:
    """Take the number asked for, or else sqrt(rows / 2); a cluster needs a distinct row."""
    wanted = options.clusters or max(1, round((rows / 2) ** 0.5))
    return min(wanted, distinct)


def _kmeans(
    vectors: Vectors, weights: npt.NDArray[np.intp], clusters: int, options: ClusterOptions
) -> Any:
    """Run scikit-learn's k-means once."""
    from sklearn.cluster import KMeans

    return KMeans(
        clusters,
        init="k-means++",
        n_init=1,
        max_iter=options.iterations,
        random_state=options.seed,
    ).fit(vectors.astype(np.float64), sample_weight=weights.astype(np.float64))
