"""The report card of a set of rows: what it is like, beside random draws and the whole pool.

A matched random draw has as many rows as the set, and as many of each source, so that only the
choice of rows within a source can make a difference.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.measure import MeasureOptions
from diversify.curation.metrics.balance import Labels, source_table
from diversify.curation.metrics.card import laid_out, measures
from diversify.curation.metrics.comparison import Comparison, compare
from diversify.curation.metrics.words import Counts
from diversify.curation.near.rounding import Positions
from diversify.curation.order import content_order
from diversify.errors import DataError
from diversify.progress import progress


@dataclass(frozen=True)
class MeasureResult:
    """What the set is like, and whether that is more than chance."""

    rows: int
    pool_rows: int
    comparisons: list[Comparison]
    """One for each measure, in the order of the report card."""
    sources: pd.DataFrame
    """Rows and shares of each `source` in pool and set."""
    options: MeasureOptions

    def summary(self) -> dict[str, Any]:
        """Lay everything out for a document."""
        return {
            "rows": self.rows,
            "pool_rows": self.pool_rows,
            "measures": [one.summary() for one in self.comparisons],
            "sources": self.sources.set_index("source").to_dict(orient="index"),
        }


def measure_rows(
    rows: pd.DataFrame,
    picked: Positions,
    embeddings: npt.NDArray[np.floating],
    labels: Labels | None,
    tokens: Counts | None,
    options: MeasureOptions,
) -> MeasureResult:
    """Measure some rows of a pool, random draws like them, and the whole pool.

    The order of the rows does not matter. For a pool of n rows and m picked ones, each of the
    `draws` + 1 sets takes 2 `reference` m d operations for coverage, 2 `novelty_rows` d
    (`reference` + `novelty_rows`) for NovelSum and m d^2 for the Vendi score; memory for the
    rounded vectors, the numbered words and one block of products.

    Args:
        rows: row table of the pool.
        picked: positions of the rows to measure, none twice; of all rows there is no random draw.
        embeddings: one for each row, in the same order.
        labels: cluster of each row; without them the measures of clusters are left out.
        tokens: tokens of each row; without them only words are counted.
        options: what is measured, and how many draws it is held against.

    Raises:
        DataError: there is nothing to measure, or not as many embeddings or labels as rows.
    """
    _check(rows, picked, embeddings, labels)
    by_content = content_order(rows)
    chosen = np.zeros(len(rows), dtype=np.bool_)
    chosen[picked] = True
    chosen = chosen[by_content]
    draws = 0 if chosen.all() else options.draws
    pool = laid_out(rows, embeddings, labels, tokens, options, by_content)
    with progress("measure", draws + 2) as advance:
        of_set = measures(pool, np.flatnonzero(chosen), options)
        advance(1)
        of_pool = measures(pool, np.arange(len(rows)), options) if draws else of_set
        advance(1)
        of_draws = []
        for draw in range(draws):
            rng = np.random.default_rng([options.seed, draw])
            of_draws.append(measures(pool, matched_draw(pool.sources, chosen, rng), options))
            advance(1)
    return MeasureResult(
        rows=len(picked),
        pool_rows=len(rows),
        comparisons=[
            compare(name, value, of_pool[name], [one[name] for one in of_draws], options.confidence)
            for name, value in of_set.items()
        ],
        sources=source_table(rows["source"], rows["source"].iloc[picked]),
        options=options,
    )


def matched_draw(
    sources: npt.NDArray[np.object_], chosen: npt.NDArray[np.bool_], rng: np.random.Generator
) -> Positions:
    """Draw as many rows of each source as are chosen; positions, ascending."""
    drawn = [
        rng.choice(np.flatnonzero(sources == source), int(chosen[sources == source].sum()), False)
        for source in np.unique(sources)
    ]
    return np.sort(np.concatenate(drawn))


def _check(
    rows: pd.DataFrame,
    picked: Positions,
    embeddings: npt.NDArray[np.floating],
    labels: Labels | None,
) -> None:
    """Make sure that there is something to measure, and that it is all of the same rows."""
    assert len(np.unique(picked)) == len(picked), "a row is measured once"
    if not len(picked):
        raise DataError("no rows to measure: give a set that holds at least one")
    for name, values in (("embeddings", embeddings), ("cluster labels", labels)):
        if values is not None and len(values) != len(rows):
            raise DataError(f"{len(values)} {name} for {len(rows)} rows: make them of these rows")
