"""Lay embedded instructions out in a plane, test instructions among them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from diversify.config.map import MapOptions
from diversify.errors import DataError
from diversify.hardware import limited_threads
from diversify.progress import progress

FEWEST_ROWS = 5
"""t-SNE has nothing to arrange with fewer."""


@dataclass(frozen=True)
class Placed:
    """Rows that were drawn, and where they lie."""

    rows: NDArray[np.int64]
    """Positions in the embeddings that were given, ascending."""
    places: NDArray[np.float64]
    """x and y of each, rounded to two decimals.  # (rows, 2)"""


@dataclass(frozen=True)
class MapLayout:
    """Training rows and test instructions in one plane."""

    points: Placed
    tests: dict[str, Placed]
    method: str
    """How it was made, in words."""


def lay_out(
    embeddings: NDArray[np.floating],
    tests: Mapping[str, NDArray[np.floating]],
    options: MapOptions,
    threads: int = 1,
) -> MapLayout:
    """Place an even sample of the rows, and of each test file, by PCA and then t-SNE.

    Rows and tests are laid out together, so that near means alike across them too.

    Raises:
        DataError: fewer than five rows in all.
    """
    rng = np.random.default_rng(options.seed)
    drawn = [even_sample(len(embeddings), options.points, rng)]
    drawn += [even_sample(len(tests[name]), options.test_points, rng) for name in tests]
    tables = [embeddings, *tests.values()]
    together = [table[rows] for table, rows in zip(tables, drawn, strict=True) if len(rows)]
    if sum(map(len, together)) < FEWEST_ROWS:
        raise DataError(f"a map needs at least {FEWEST_ROWS} rows; give more rows or tests")
    with limited_threads(threads), progress("map"):
        places = plane(np.concatenate(together).astype(np.float32), options, threads)
    ends = np.cumsum([len(rows) for rows in drawn])[:-1]
    placed = [Placed(rows, part) for rows, part in zip(drawn, np.split(places, ends), strict=True)]
    method = (
        f"t-SNE of {len(drawn[0]):,} of {len(embeddings):,} rows, perplexity {options.perplexity:g}"
    )
    return MapLayout(placed[0], dict(zip(tests, placed[1:], strict=True)), method)


def even_sample(rows: int, wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw positions at even steps from a random start, so each part of the pool has its due."""
    if rows <= wanted:
        return np.arange(rows, dtype=np.int64)
    step = rows / max(wanted, 1)
    return ((np.arange(wanted) + rng.random()) * step).astype(np.int64)


def plane(vectors: NDArray[np.float32], options: MapOptions, threads: int) -> NDArray[np.float64]:
    """Reduce vectors to two dimensions."""
    alike = float(np.ptp(vectors, axis=0).max()) < 1e-6  # then no axis has a spread to start from
    components = min(options.components, *vectors.shape)
    pca = PCA(components, random_state=options.seed)
    reduced = vectors if alike else pca.fit_transform(vectors)
    tsne = TSNE(
        n_components=2,
        perplexity=min(options.perplexity, (len(vectors) - 1) / 3),
        init="random" if alike or components < 2 else "pca",
        max_iter=options.steps,
        random_state=options.seed,
        n_jobs=threads,
    )
    places: NDArray[np.float64] = tsne.fit_transform(reduced).astype(np.float64)
    return places.round(2)
