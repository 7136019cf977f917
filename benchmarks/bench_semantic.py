"""Rows that say nearly the same, side by side: ours and semhash.

    OMP_NUM_THREADS=2 PYTHONPATH=<folder of semhash> python benchmarks/bench_semantic.py

The same embeddings for both: rows around a centre for each hundred, and for one row in twenty
another that is all but the same. Ours includes the rounding and the search for all pairs at a
cosine of 0.9 or more, and the groups of linked rows, each of which keeps one; semhash includes its
index and keeps rows that match no row kept before. Recall is measured against all products of
10,000 rows drawn at random: the share of their near rows that ours paired with them. At a million
rows ours runs alone. Raw numbers go to benchmarks/results/semantic.json.
"""

import importlib.metadata
import resource

import numpy as np
from timing import keep, line, repeated

from diversify.curation.near.near_pairs import NearPairs, near_pairs
from diversify.curation.near.rounding import rounded, squared_lengths

DIMENSIONS, COSINE = 256, 0.9
SIZES = [(100_000, 3), (1_000_000, 1)]  # rows, runs
PEER_ROWS = 100_000  # most rows that semhash is asked to do
QUERIES = 10_000


def main() -> None:
    runs = [run for rows, times in SIZES for run in side_by_side(rows, times)]
    keep("semantic", runs, ["numpy", "scipy"], dimensions=DIMENSIONS, cosine=COSINE)


def side_by_side(rows: int, times: int) -> list[dict]:
    embeddings = with_near_copies(rows)
    (pairs, kept), seconds = repeated(lambda: ours(embeddings), times)
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)
    queries = np.sort(np.random.default_rng(1).permutation(rows)[:QUERIES])
    near, recall = recall_of(pairs, rounded(embeddings), queries)
    found = [
        line(
            "diversify",
            seconds,
            rows=rows,
            kept=kept,
            pairs=len(pairs.left),
            near_rows_of_queries=near,
            recall=recall,
            peak_gib=peak,
        )
    ]
    if rows <= PEER_ROWS and (theirs := semhash_kept(embeddings, times)) is not None:
        tool, kept, seconds = theirs
        found.append(line(tool, seconds, rows=rows, kept=kept))
    return found


def with_near_copies(rows: int) -> np.ndarray:
    """Make rows of length about 1.2 around centres of length 1, the last of them near copies."""
    rng = np.random.default_rng(0)
    scale, planted = np.float32(DIMENSIONS**-0.5), rows // 20
    centres = scale * rng.standard_normal((rows // 100, DIMENSIONS), dtype=np.float32)
    embeddings = 0.6 * scale * rng.standard_normal((rows, DIMENSIONS), dtype=np.float32)
    embeddings += centres[rng.integers(0, len(centres), rows)]
    small = 0.3 * scale * rng.standard_normal((planted, DIMENSIONS), dtype=np.float32)
    embeddings[-planted:] = embeddings[:planted] + small
    return embeddings


def ours(embeddings: np.ndarray) -> tuple[NearPairs, int]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = near_pairs(rounded(embeddings), COSINE)
    linked = coo_array((np.ones(len(pairs.left), dtype=bool), (pairs.left, pairs.right)))
    linked.resize(len(embeddings), len(embeddings))
    return pairs, int(connected_components(linked, directed=False)[0])


def recall_of(pairs: NearPairs, vectors: np.ndarray, queries: np.ndarray) -> tuple[int, float]:
    """Give the number of near rows of the queries, and the share that the pairs hold."""
    lengths = np.sqrt(squared_lengths(vectors).astype(np.float64))
    rows = len(vectors)
    paired = np.concatenate([pairs.left * rows + pairs.right, pairs.right * rows + pairs.left])
    true = []
    for part in np.array_split(queries, max(1, len(queries) // 250)):
        products = vectors[part] @ vectors.T
        at, near = np.nonzero(products >= (COSINE - 1e-3) * 2000**2 * 0.98)
        cosines = products[at, near] / (lengths[part[at]] * lengths[near])
        wanted = (cosines >= COSINE) & (part[at] != near)
        true.append(part[at[wanted]] * rows + near[wanted])
    every = np.concatenate(true)
    return len(every), float(np.isin(every, paired).mean()) if len(every) else 1.0


def semhash_kept(embeddings: np.ndarray, times: int) -> tuple[str, int, list[float]] | None:
    try:
        from semhash import SemHash
    except ImportError:
        print("semhash is not here: left out")
        return None
    records = [f"row {place}" for place in range(len(embeddings))]

    class NoModel:
        """The embeddings are here already."""

        def encode(self, *_: object, **__: object) -> np.ndarray:
            raise NotImplementedError

    def deduplicate() -> int:
        index = SemHash.from_embeddings(embeddings=embeddings, records=records, model=NoModel())
        return len(index.self_deduplicate(threshold=COSINE).selected)

    kept, seconds = repeated(deduplicate, times)
    return f"semhash {importlib.metadata.version('semhash')}", kept, seconds


if __name__ == "__main__":
    main()
