"""k-center greedy side by side: ours, the plain NumPy loop, and pyversity's MMR.

    OMP_NUM_THREADS=2 PYTHONPATH=<folder of pyversity> python benchmarks/bench_kcenter.py

The same rounded embeddings for all. Ours must give the plain loop's picks in the plain loop's
order. pyversity's MMR with diversity=1 has the same aim on cosine similarity, but clips it at 0 and
starts elsewhere, so its radius is compared and not its picks. Raw numbers go to
benchmarks/results/kcenter.json.
"""

import importlib.metadata

import numpy as np
from timing import keep, line, repeated

from diversify.curation.selectors.kcenter import kcenter_order, most_central
from diversify.curation.rounding import rounded, squared_lengths

ROWS, DIMENSIONS, PICKS = 50_000, 384, 2_000
NOISES = (1.0, 0.4)  # length of the noise around 300 centres of length 1


def main() -> None:
    runs = [run for noise in NOISES for run in side_by_side(noise)]
    keep("kcenter", runs, ["numpy"], rows=ROWS, dimensions=DIMENSIONS, picks=PICKS)


def side_by_side(noise: float) -> list[dict]:
    vectors = rounded(clustered(noise))
    first = most_central(vectors)
    ours, our_seconds = repeated(lambda: kcenter_order(vectors, PICKS, first))
    plain, plain_seconds = repeated(lambda: plain_kcenter(vectors, PICKS, first))
    assert ours.tolist() == plain.tolist(), "not the picks of the plain loop"
    found = [("diversify", ours, our_seconds), ("plain NumPy loop", plain, plain_seconds)]
    if (theirs := pyversity_mmr(vectors)) is not None:
        found.append(theirs)
    return [
        line(tool, seconds, noise=noise, radius=radius(vectors, picks))
        for tool, picks, seconds in found
    ]


def clustered(noise: float) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(300, DIMENSIONS)) / DIMENSIONS**0.5
    around = noise * rng.normal(size=(ROWS, DIMENSIONS)) / DIMENSIONS**0.5
    return centres[rng.integers(0, 300, ROWS)] + around


def plain_kcenter(vectors: np.ndarray, count: int, first: int) -> np.ndarray:
    lengths = squared_lengths(vectors)
    picks, nearest = [first], np.full(len(vectors), np.inf, dtype=np.float32)
    while len(picks) < count:
        newest = picks[-1]
        distances = lengths + lengths[newest] - 2 * (vectors @ vectors[newest])
        np.minimum(nearest, distances, out=nearest)
        picks.append(int(nearest.argmax()))
    return np.array(picks)


def pyversity_mmr(vectors: np.ndarray) -> tuple[str, np.ndarray, list[float]] | None:
    try:
        from pyversity import Strategy, diversify
    except ImportError:
        return None
    scores = np.ones(len(vectors), dtype=np.float32)
    picks, seconds = repeated(
        lambda: (
            diversify(
                embeddings=vectors, scores=scores, k=PICKS, strategy=Strategy.MMR, diversity=1.0
            ).indices
        )
    )
    return f"pyversity {importlib.metadata.version('pyversity')} MMR", picks, seconds


def radius(vectors: np.ndarray, picks: np.ndarray) -> float:
    """Give the distance from the worst covered row to its nearest pick, rows of length 1."""
    lengths = squared_lengths(vectors)
    farthest = max(
        (lengths[part, None] + lengths[picks] - 2 * (vectors[part] @ vectors[picks].T))
        .min(axis=1)
        .max()
        for part in np.array_split(np.arange(len(vectors)), 20)
    )
    return round(float(farthest) ** 0.5 / 2000, 4)


if __name__ == "__main__":
    main()
