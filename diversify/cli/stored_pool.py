"""Pools as the stages before left them: one table with its arrays, or one of each shard."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.cli.pool import Pool, costs_of, scores_if_asked, vectors_hash
from diversify.config.mix import MixOptions
from diversify.curation.sharing.population import joined
from diversify.errors import ConfigError, DataError
from diversify.io.documents import Document, file_hash
from diversify.io.tables import read_rows, read_table
from diversify.io.vectors import read_array, read_vectors


def stored_pool(
    rows: Sequence[Path],
    embeddings: Sequence[Path],
    labels: Sequence[Path],
    population: Sequence[Path],
    options: MixOptions,
) -> Pool:
    """Take a pool as the stages before left it: one table with its arrays, or one of each shard."""
    tables = [read_rows(path) for path in rows]
    vectors = _stacked(embeddings, [read_vectors(*one) for one in _sized(embeddings, tables)])
    clusters = _stacked(labels, [read_array(*one) for one in _sized(labels, tables)])
    table = pd.concat(tables, ignore_index=True)
    named = {"rows": rows, "embeddings": embeddings, "labels": labels, "population": population}
    steps: dict[str, Document] = {
        "stored": {name: [str(path) for path in paths] for name, paths in named.items() if paths}
    }
    if vectors is not None:
        steps["embed"] = {"sha256": vectors_hash(table, vectors)}
    return Pool(
        table,
        vectors,
        None if clusters is None else clusters.astype(np.int32),
        {str(path): file_hash(path) for paths in named.values() for path in paths},
        steps,
        costs_of(table, options),
        scores_if_asked(table, options),
        joined([read_table(path) for path in population]) if population else None,
    )


def _sized(paths: Sequence[Path], tables: list[pd.DataFrame]) -> Iterator[tuple[Path, int]]:
    """Pair each array with the rows of its table."""
    if paths and len(paths) != len(tables):
        raise ConfigError(f"{len(paths)} arrays for {len(tables)} row tables: give one for each")
    return zip(paths, map(len, tables), strict=False)


def _stacked(paths: Sequence[Path], arrays: list[NDArray[Any]]) -> NDArray[Any] | None:
    """Lay arrays under each other; a lone one stays mapped."""
    if len({array.shape[1:] for array in arrays}) > 1:
        raise DataError(f"{paths[0]} and the others differ in their dimensions: embed all anew")
    if len(arrays) > 1:
        return np.concatenate(arrays)
    return arrays[0] if arrays else None
