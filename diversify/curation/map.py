"""Lay embedded instructions out in a plane, test instructions among them.

t-SNE runs on the distinct vectors of a sample, listed by their bytes, and on one thread: the same
rows give the same places, whatever the order they come in and the number of threads. Another
processor or another release of scikit-learn may round otherwise, and then the map turns out
another, equally good one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from diversify.config.map import MapOptions
from diversify.curation.near.rounding import Vectors, distinct_rows, rounded
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

    def sample(self, wanted: int) -> "Placed":
        """Keep at most so many rows, at even steps."""
        kept = _at_even_steps(np.arange(len(self.rows)), wanted)
        return Placed(self.rows[kept], self.places[kept])


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
    count: int | None = None,
) -> MapLayout:
    """Place an even sample of the rows, and of each test file, by PCA and then t-SNE.

    Rows and tests are laid out together, so that near means alike across them too, and equal
    vectors share a place. t-SNE takes about 3 ms a row at a thousand steps.

    Args:
        embeddings: of the training rows, in content order.  # (n, d)
        tests: of each test file, in content order.
        options: the sample, t-SNE and the seed.
        count: rows to draw; without it, `options.points`.

    Raises:
        DataError: fewer than five rows in all.
    """
    rng = np.random.default_rng(options.seed)
    drawn = [even_sample(len(embeddings), count or options.points, rng)]
    drawn += [even_sample(len(tests[name]), options.test_points, rng) for name in tests]
    tables = [embeddings, *tests.values()]
    together = [table[rows] for table, rows in zip(tables, drawn, strict=True) if len(rows)]
    if sum(map(len, together)) < FEWEST_ROWS:
        raise DataError(f"a map needs at least {FEWEST_ROWS} rows; give more rows or tests")
    places = shared_places(rounded(np.concatenate(together)), options)
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


def drawn_rows(rows: int, picked: NDArray[np.bool_] | None, wanted: int) -> NDArray[np.int64]:
    """Choose the rows that a page draws: all, or picked ones first, then an even sample of others.

    Where there are many, picked ones take up to half the page. Positions, ascending.
    """
    if rows <= wanted:
        return np.arange(rows, dtype=np.int64)
    mine = np.flatnonzero(picked) if picked is not None else np.empty(0, dtype=np.int64)
    others = np.setdiff1d(np.arange(rows), mine, assume_unique=True)
    room = max(wanted // 2, wanted - len(others))
    chosen = _at_even_steps(mine, room)
    return np.sort(np.concatenate([chosen, _at_even_steps(others, wanted - len(chosen))]))


def _at_even_steps(rows: NDArray[np.int64], wanted: int) -> NDArray[np.int64]:
    """Keep at most so many of some rows."""
    kept = min(wanted, len(rows))
    return rows[np.arange(kept) * len(rows) // max(kept, 1)]


def shared_places(vectors: Vectors, options: MapOptions) -> NDArray[np.float64]:
    """Give each row the place of its vector; equal ones share it."""
    firsts, which, _ = distinct_rows(vectors)
    with limited_threads(1), progress("map"):
        places = plane(vectors[firsts], options)
    return places[which]


def plane(vectors: Vectors, options: MapOptions) -> NDArray[np.float64]:
    """Reduce distinct vectors to two dimensions; fewer than t-SNE can arrange stand in a line."""
    if len(vectors) < FEWEST_ROWS:
        return np.stack([np.arange(len(vectors)), np.zeros(len(vectors))], axis=1)
    components = min(options.components, *vectors.shape)
    reduced = PCA(components, random_state=options.seed).fit_transform(vectors)
    tsne = TSNE(
        n_components=2,
        perplexity=min(options.perplexity, (len(vectors) - 1) / 3),
        init="random" if components < 2 else "pca",
        max_iter=options.steps,
        random_state=options.seed,
        n_jobs=1,
    )
    places: NDArray[np.float64] = tsne.fit_transform(reduced).astype(np.float64)
    return places.round(2)
