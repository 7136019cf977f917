"""Vectors of rows and of test items in one space: stored ones, and the others made on the spot."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.embed import EmbedOptions
from diversify.curation.decontaminate import Embeddings
from diversify.errors import ConfigError
from diversify.io.embed import embed_rows
from diversify.io.vectors import read_array

Array = NDArray[Any]


class Stored(NamedTuple):
    """Arrays that `embed` wrote, where there are any."""

    rows: Path | None
    tests: Path | None
    """Of the test table alone; benchmarks are always embedded on the spot."""


def leak_vectors(
    rows: pd.DataFrame,
    tests: pd.DataFrame | None,
    benchmarks: dict[str, pd.DataFrame],
    stored: Stored,
    embedding: EmbedOptions,
    threads: int,
) -> Embeddings:
    """Give a vector to each row, each item of the test table and each item of the benchmarks.

    Raises:
        ConfigError: what is stored and what must be embedded cannot lie in one space.
        DataError: a stored array holds another number of rows than its table.
    """
    if stored.tests and not (stored.rows and tests is not None):
        raise ConfigError("--tests-embeddings goes with --tests and --embeddings")
    sets: dict[str, Array] = {}
    missing = dict(benchmarks)
    if tests is not None:
        places = {str(name): at for name, at in tests.groupby("source").indices.items()}
        if stored.tests:
            array = read_array(stored.tests, len(tests))
            sets = {name: array[at] for name, at in places.items()}
        else:
            missing = {name: tests.iloc[at] for name, at in places.items()} | missing
    own, made = _made(rows, missing, stored.rows, embedding, threads)
    sets |= made
    widths = {own.shape[1], *(part.shape[1] for part in sets.values())}
    if len(widths) > 1:
        raise ConfigError(
            f"vectors of {' and '.join(map(str, sorted(widths)))} dimensions lie in no common "
            "space: embed rows and tests with the same options"
        )
    return Embeddings(own, sets)


def _made(
    rows: pd.DataFrame,
    missing: dict[str, pd.DataFrame],
    stored: Path | None,
    embedding: EmbedOptions,
    threads: int,
) -> tuple[Array, dict[str, Array]]:
    """Read or make the rows' vectors, and make those that the test sets lack."""
    own: Array
    made: Array
    texts = pd.concat(missing.values(), ignore_index=True) if missing else None
    if stored is None:
        both = embed_rows(rows, texts, embedding, threads)
        own, made = both.rows, both.tests
    else:
        own = read_array(stored, len(rows))
        if texts is not None and embedding.backend == "lsa":
            raise ConfigError(
                "lsa fits its space to the rows: leave out --embeddings, so that rows and items "
                "are embedded together"
            )
        made = own[:0] if texts is None else embed_rows(texts, None, embedding, threads).rows
    ends = np.cumsum([len(part) for part in missing.values()])
    return own, dict(zip(missing, np.split(made, ends[:-1]), strict=True)) if missing else {}
