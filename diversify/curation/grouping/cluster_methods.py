"""How distinct rows fall into groups, a function for each method."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversify.config.cluster import ClusterOptions
from diversify.curation.grouping.density import dense_groups
from diversify.curation.grouping.nearest import Gaps, group_sums, nearest, on_grid, squared_gaps
from diversify.curation.grouping.spherical import spherical_centres
from diversify.curation.near.rounding import LENGTH, Positions, Vectors
from diversify.progress import progress


@dataclass(frozen=True)
class Groups:
    """Groups of the distinct rows, in no order."""

    labels: Positions  # (m,); -1: in no group
    centres: npt.NDArray[np.float64]  # (k, d), in the length of rounded rows
    noise: npt.NDArray[np.bool_]  # (m,): found in no dense group
    inertia: float
    """Sum of squared distances from the rows to their centres, in the length of rounded rows."""
    iterations: int


def tightness(inertia: float) -> float:
    """Give inertia in unit lengths, less the digits that hang on which thread adds up first."""
    return float(f"{inertia / LENGTH**2:.9g}")


def group_distinct(
    vectors: Vectors, weights: Positions, clusters: int, options: ClusterOptions
) -> Groups:
    """Group distinct rows, which come in an order of their own, each as heavy as it is frequent."""
    if options.method == "kmeans":
        return _kmeans(vectors, weights, clusters, options)
    if options.method == "density":
        return _density(vectors, weights, clusters, options)
    if options.method == "minibatch":
        centres, iterations = _minibatch(vectors, weights, clusters, options)
    else:
        centres, iterations = _spherical(vectors, weights, clusters, options)
    labels, gaps = nearest(vectors, centres)
    return _groups(labels, centres, gaps, weights, iterations)


def _kmeans(vectors: Vectors, weights: Positions, clusters: int, options: ClusterOptions) -> Groups:
    """Run scikit-learn's k-means once, in float64."""
    from sklearn.cluster import KMeans

    with progress("cluster"):
        found = KMeans(
            clusters,
            init="k-means++",
            n_init=1,
            max_iter=options.iterations,
            random_state=options.seed,
            copy_x=False,  # it is a copy already, and twice as large as the vectors
        ).fit(vectors.astype(np.float64), sample_weight=weights.astype(np.float64))
    return Groups(
        labels=found.labels_.astype(np.intp),
        centres=found.cluster_centers_,
        noise=np.zeros(len(vectors), dtype=np.bool_),
        inertia=float(found.inertia_),
        iterations=int(found.n_iter_),
    )


def _spherical(
    vectors: Vectors, weights: Positions, clusters: int, options: ClusterOptions
) -> tuple[npt.NDArray[np.float64], int]:
    rng = np.random.default_rng(options.seed)
    centres, iterations = spherical_centres(
        vectors, weights, clusters, options.iterations, rng, options.rows_per_cluster
    )
    return centres.astype(np.float64), iterations


def _minibatch(
    vectors: Vectors, weights: Positions, clusters: int, options: ClusterOptions
) -> tuple[npt.NDArray[np.float64], int]:
    """Move centres by draws of rows: Sculley 2010, "Web-scale k-means clustering"."""
    from sklearn.cluster import MiniBatchKMeans

    # scikit-learn's own fails when all its rounds together draw but once
    rounds = max(options.iterations, -(-2 * options.minibatch_rows // len(vectors)))
    with progress("cluster"):
        found = MiniBatchKMeans(
            clusters,
            init="k-means++",
            n_init=1,
            max_iter=rounds,
            batch_size=options.minibatch_rows,
            compute_labels=False,
            random_state=options.seed,
        ).fit(vectors, sample_weight=weights.astype(np.float32))
    return on_grid(found.cluster_centers_ / LENGTH), int(found.n_iter_)


def _density(
    vectors: Vectors, weights: Positions, clusters: int, options: ClusterOptions
) -> Groups:
    """Find dense groups; noise goes to the nearest of their means, or to none."""
    with progress("cluster"):
        dense = dense_groups(vectors, clusters if options.clusters else 0, options.seed)
    noise = dense < 0
    count = int(dense.max()) + 1
    totals = np.bincount(dense[~noise], weights[~noise], count)
    means = group_sums(vectors, weights, dense, count) / totals[:, None]
    centres = on_grid(means / LENGTH)
    labels = dense.copy()
    if options.noise == "assign" and noise.any():
        labels[noise], _ = nearest(vectors[noise], centres)
    gaps = np.where(labels < 0, 0, squared_gaps(vectors, centres, labels))
    return _groups(labels, centres, gaps, weights, 0, noise)


def _groups(
    labels: Positions,
    centres: npt.NDArray[np.floating],
    gaps: Gaps,
    weights: Positions,
    iterations: int,
    noise: npt.NDArray[np.bool_] | None = None,
) -> Groups:
    return Groups(
        labels=labels,
        centres=centres.astype(np.float64),
        noise=np.zeros(len(labels), dtype=np.bool_) if noise is None else noise,
        inertia=float((gaps * weights).sum()),
        iterations=iterations,
    )
