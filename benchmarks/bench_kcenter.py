"""k-center greedy side by side: ours, the plain NumPy loop, and pyversity's MMR.

    OMP_NUM_THREADS=2 PYTHONPATH=<folder of pyversity> python benchmarks/bench_kcenter.py

The same rounded embeddings for all. Ours must give the plain loop's picks in the plain loop's
order; where that would take the loop minutes, its first 2,000. pyversity's MMR with diversity=1 has
the same aim on cosine similarity, but clips it at 0 and starts elsewhere, so its radius is compared
and not its picks; it is made for few picks, and at 20,000 it runs once. The bound is the time of 2
n k d operations at the rate of a large matrix product, measured in the same run. Raw numbers go to
benchmarks/results/kcenter.json.
"""

import importlib.metadata
from typing import NamedTuple

import numpy as np
from timing import keep, line, repeated

from diversify.curation.near.rounding import rounded, squared_lengths
from diversify.curation.selectors.kcenter import kcenter_order, most_central

DIMENSIONS = 384


class Size(NamedTuple):
    """How much to pick from how much: `noise` is its length around 300 centres of length 1."""

    rows: int
    picks: int
    noise: float
    plain_picks: int
    peer_runs: int


SIZES = [
    Size(50_000, 2_000, noise=1.0, plain_picks=2_000, peer_runs=3),
    Size(50_000, 2_000, noise=0.4, plain_picks=2_000, peer_runs=3),
    Size(200_000, 20_000, noise=1.0, plain_picks=2_000, peer_runs=1),
]


def main() -> None:
    rate = sgemm_rate()
    runs = [run for size in SIZES for run in side_by_side(size, rate)]
    keep("kcenter", runs, ["numpy"], dimensions=DIMENSIONS, sgemm_gflops=round(rate / 1e9, 1))


def side_by_side(size: Size, rate: float) -> list[dict]:
    vectors = rounded(clustered(size))
    first = most_central(vectors)
    ours, our_seconds = repeated(lambda: kcenter_order(vectors, size.picks, first))
    plain, plain_seconds = repeated(
        lambda: plain_kcenter(vectors, size.plain_picks, first), size.peer_runs
    )
    assert ours[: len(plain)].tolist() == plain.tolist(), "not the picks of the plain loop"
    found = [("diversify", ours, our_seconds), ("plain NumPy loop", plain, plain_seconds)]
    if (theirs := pyversity_mmr(vectors, size)) is not None:
        found.append(theirs)
    return [
        line(
            tool,
            seconds,
            rows=size.rows,
            picks=len(picks),
            noise=size.noise,
            radius=radius(vectors, picks),
            times_the_bound=times_the_bound(seconds, size.rows, len(picks), rate),
        )
        for tool, picks, seconds in found
    ]


def clustered(size: Size) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(300, DIMENSIONS)) / DIMENSIONS**0.5
    around = size.noise * rng.normal(size=(size.rows, DIMENSIONS)) / DIMENSIONS**0.5
    return centres[rng.integers(0, 300, size.rows)] + around


def plain_kcenter(vectors: np.ndarray, count: int, first: int) -> np.ndarray:
    lengths = squared_lengths(vectors)
    picks, nearest = [first], np.full(len(vectors), np.inf, dtype=np.float32)
    while len(picks) < count:
        newest = picks[-1]
        distances = lengths + lengths[newest] - 2 * (vectors @ vectors[newest])
        np.minimum(nearest, distances, out=nearest)
        picks.append(int(nearest.argmax()))
    return np.array(picks)


def pyversity_mmr(vectors: np.ndarray, size: Size) -> tuple[str, np.ndarray, list[float]] | None:
    try:
        from pyversity import Strategy, diversify
    except ImportError:
        print("pyversity is not here: left out")
        return None
    scores = np.ones(len(vectors), dtype=np.float32)
    mmr = {"k": size.picks, "strategy": Strategy.MMR, "diversity": 1.0}
    picks, seconds = repeated(
        lambda: diversify(embeddings=vectors, scores=scores, **mmr).indices, size.peer_runs
    )
    return f"pyversity {importlib.metadata.version('pyversity')} MMR", picks, seconds


def radius(vectors: np.ndarray, picks: np.ndarray) -> float:
    """Give the distance from the worst covered row to its nearest pick, rows of length 1."""
    lengths = squared_lengths(vectors)
    farthest = max(
        (lengths[part, None] + lengths[picks] - 2 * (vectors[part] @ vectors[picks].T))
        .min(axis=1)
        .max()
        for part in np.array_split(np.arange(len(vectors)), len(vectors) // 1000)
    )
    return round(float(farthest) ** 0.5 / 2000, 4)


def sgemm_rate() -> float:
    """Measure the operations per second of a large product of float32 matrices."""
    square = np.random.default_rng(0).normal(size=(4096, 4096)).astype(np.float32)
    _, seconds = repeated(lambda: square @ square, 5)
    return 2 * len(square) ** 3 / min(seconds)


def times_the_bound(seconds: list[float], rows: int, picks: int, rate: float) -> float:
    """Compare the median time with that of the products alone."""
    return round(float(np.median(seconds)) * rate / (2 * rows * picks * DIMENSIONS), 2)


if __name__ == "__main__":
    main()
