"""Facility location side by side: ours, submodlib's dense greedy, and apricot on a faiss graph.

    OMP_NUM_THREADS=2 PYTHONPATH=<folder of the peers> python benchmarks/bench_facility.py

The same rounded embeddings for all, and one evaluator: the mean over all rows of the largest
cosine, where positive, to a pick. At 20,000 rows submodlib works on all similarities: exact greedy,
which ours is to approach. At 200,000 rows they fit no memory, and apricot gets the 64 nearest rows
of a faiss HNSW graph. Seconds include the similarities or the graph on all sides. Raw numbers go to
benchmarks/results/facility.json.
"""

import importlib.metadata
import time
from collections.abc import Callable

import numpy as np
from timing import keep, line, repeated

from diversify.curation.near.rounding import rounded, squared_lengths
from diversify.curation.selectors.facility import facility_order

DIMENSIONS, CENTRES, NEIGHBOURS = 384, 300, 64
DENSE, SPARSE = (20_000, 2_000), (200_000, 20_000)  # rows, picks
NOISES = (1.0, 0.4)  # length of the noise around centres of length 1

Picker = Callable[[np.ndarray, int], np.ndarray]


def main() -> None:
    runs = [run for noise in NOISES for run in side_by_side(DENSE, noise, submodlib_dense, 3)]
    runs += side_by_side(SPARSE, NOISES[0], apricot_on_hnsw, 1)
    keep("facility", runs, ["numpy", "scipy"], dimensions=DIMENSIONS, neighbours=NEIGHBOURS)


def side_by_side(size: tuple[int, int], noise: float, peer: Picker, times: int) -> list[dict]:
    rows, count = size
    vectors = rounded(clustered(rows, noise))
    ours, seconds = repeated(lambda: facility_order(vectors, count, NEIGHBOURS))
    found = [("diversify", ours, seconds)]
    try:
        theirs, peer_seconds = repeated(lambda: peer(vectors, count), times)
        found.append((peer_name(peer), theirs, peer_seconds))
    except ImportError as missing:
        print(f"{missing}: left out")
    chance = np.random.default_rng(1).permutation(rows)[:count]
    found.append(("random rows", chance, [0.0]))
    return [
        line(
            tool, seconds, rows=rows, picks=count, noise=noise, objective=objective(vectors, picks)
        )
        for tool, picks, seconds in found
    ]


def clustered(rows: int, noise: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(CENTRES, DIMENSIONS)) / DIMENSIONS**0.5
    around = noise * rng.normal(size=(rows, DIMENSIONS)) / DIMENSIONS**0.5
    return centres[rng.integers(0, CENTRES, rows)] + around


def peer_name(peer: Picker) -> str:
    package, what = {
        submodlib_dense: ("submodlib-py", "dense lazy greedy"),
        apricot_on_hnsw: ("apricot-select", "lazy greedy on a faiss HNSW graph"),
    }[peer]
    return f"{package} {importlib.metadata.version(package)}, {what}"


def submodlib_dense(vectors: np.ndarray, count: int) -> np.ndarray:
    from submodlib import FacilityLocationFunction

    rows = units(vectors)
    similarities = np.maximum(0, rows @ rows.T)
    worth = FacilityLocationFunction(
        n=len(rows), mode="dense", sijs=similarities, separate_rep=False, pybind_mode="array"
    )
    picks = worth.maximize(
        budget=count,
        optimizer="LazyGreedy",
        stopIfZeroGain=False,
        stopIfNegativeGain=False,
        show_progress=False,
    )
    return np.array([row for row, _ in picks])


def apricot_on_hnsw(vectors: np.ndarray, count: int) -> np.ndarray:
    from apricot import FacilityLocationSelection

    start = time.perf_counter()
    graph = hnsw_graph(units(vectors))
    print(f"faiss graph: {time.perf_counter() - start:.1f} s of the following")
    selection = FacilityLocationSelection(count, metric="precomputed", optimizer="lazy")
    return np.asarray(selection.fit(graph).ranking)


def hnsw_graph(rows: np.ndarray):
    """Give the nearest rows of each row as a sparse matrix.

    apricot reads row v as what v stands for, so it gets the graph turned round, as ours has it.
    """
    import faiss
    from scipy.sparse import csr_matrix

    index = faiss.IndexHNSWFlat(rows.shape[1], 64, faiss.METRIC_INNER_PRODUCT)
    index.add(rows)
    cosines, found = index.search(rows, NEIGHBOURS)
    named = (found >= 0) & (cosines > 0)
    by = np.broadcast_to(np.arange(len(rows))[:, None], found.shape)
    entries = cosines[named].astype(np.float64), (found[named], by[named])
    return csr_matrix(entries, shape=(len(rows), len(rows)))


def units(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.sqrt(squared_lengths(vectors))[:, None]


def objective(vectors: np.ndarray, picks: np.ndarray) -> float:
    """Give the mean, over all rows, of the largest cosine to a pick, 0 if none is positive."""
    rows = units(vectors)
    chosen = rows[picks].T
    parts = np.array_split(rows, max(1, len(rows) // 1000))
    total = sum(np.maximum(0, (part @ chosen).max(axis=1)).sum(dtype=float) for part in parts)
    return round(float(total / len(rows)), 5)


if __name__ == "__main__":
    main()
