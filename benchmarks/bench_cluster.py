"""Clustering by each method: seconds, how near the rows are to their centres, and noise.

    python benchmarks/bench_cluster.py [EMBEDDINGS.npy]

Rows near 500 centres where no array is given. faiss's spherical k-means does the same work as
`spherical` and is timed beside it, where it is installed. Nearness is the mean cosine of a row to
its centre; with density, of the rows that are not noise too.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
from timing import keep, line, repeated

from diversify.config.cluster import ClusterOptions
from diversify.curation.cluster import group_rows
from diversify.curation.grouping.cluster_count import usual_count

ROWS, DIMENSIONS, CENTRES = 70_000, 384, 500


def main(files: list[str]) -> None:
    vectors = np.load(files[0]).astype(np.float32) if files else made()
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    methods = ["kmeans", "spherical", "minibatch"]
    methods += ["density"] if importlib.util.find_spec("evoc") else []
    lines, packages = [], ["scikit-learn", *(["evoc"] if "density" in methods else [])]
    for method in methods:
        times = 1 if method == "kmeans" else 2  # the first of density may compile
        options = ClusterOptions(method=method)
        found, seconds = repeated(lambda options=options: group_rows(vectors, options), times)
        near = nearness(vectors, found.labels, found.centres)
        lines.append(line(method, seconds, clusters=len(found.sizes), cosine=near,
                          noise=round(found.noise / len(vectors), 3)))  # fmt: skip
    if importlib.util.find_spec("faiss"):
        (labels, centres), seconds = repeated(lambda: by_faiss(vectors), 2)
        near = nearness(vectors, labels, centres)
        lines.append(line("faiss, spherical", seconds, clusters=len(centres), cosine=near))
        packages.append("faiss-cpu")
    source = Path(files[0]).name if files else f"{CENTRES} centres"
    keep("cluster", lines, packages, source=source, rows=len(vectors), dimensions=vectors.shape[1])


def made() -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(CENTRES, DIMENSIONS))
    noise = 1.5 * rng.normal(size=(ROWS, DIMENSIONS))
    return (centres[rng.integers(0, CENTRES, ROWS)] + noise).astype(np.float32)


def by_faiss(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    import faiss

    found = faiss.Kmeans(
        vectors.shape[1], usual_count(len(vectors)), niter=50, spherical=True, seed=0
    )  # 256 rows for each centre, as `spherical`
    found.train(vectors)
    return found.index.search(vectors, 1)[1][:, 0], found.centroids


def nearness(vectors: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> float:
    unit = centres / np.linalg.norm(centres, axis=1, keepdims=True)
    return round(float((vectors * unit[labels]).sum(axis=1).mean()), 4)


if __name__ == "__main__":
    main(sys.argv[1:])
