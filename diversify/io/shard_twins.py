"""Duplicates over all shards: what one job decides, so that each shard can drop its own."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.dedup import DedupOptions
from diversify.curation.dedup import drop_among
from diversify.curation.duplicates.priority import check_named
from diversify.curation.duplicates.suspects import batches, groups_of
from diversify.curation.lots import Keys
from diversify.curation.near.rounding import Positions
from diversify.curation.order import content_order
from diversify.errors import DataError
from diversify.io.tables import read_rows, read_table
from diversify.io.vectors import read_array

ROWS_AT_ONCE = 200_000
"""Rows that might be the same and are held in memory at a time."""


def find_twins(
    tables: Sequence[Path], keys: Sequence[Path], options: DedupOptions
) -> tuple[pd.DataFrame, int]:
    """Find the duplicates among all shards, as `drop_duplicates` does on all rows at once.

    Gives the `dropped` table of a DedupResult, and how many rows there are in all. Reads a column
    of keys at a time, and only rows that share a key.

    Raises:
        ConfigError: an option names a source that is in no shard.
        DataError: keys and tables are not of the same rows.
    """
    arrays = [_checked(path, table) for path, table in zip(keys, tables, strict=True)]
    sources = {name for path in tables for name in read_table(path, ["source"])["source"].unique()}
    check_named(sorted(sources), options)
    starts = np.cumsum([0, *map(len, arrays)])
    groups = groups_of(_columns(arrays), int(starts[-1]))
    alone = np.arange(1)  # drops nothing, but has the columns
    found = [
        drop_among(_rows_at(tables, starts, batch), options).dropped
        for batch in chain([alone], batches(groups, ROWS_AT_ONCE))
    ]
    dropped = pd.concat(found, ignore_index=True)
    return dropped.iloc[content_order(dropped)].reset_index(drop=True), int(starts[-1])


def _checked(path: Path, table: Path) -> NDArray[np.uint64]:
    array = read_array(path, len(read_table(table, ["id"])))
    if array.ndim != 2 or array.dtype != np.uint64:
        raise DataError(f"{path}: holds no keys: give what `shard keys` wrote of {table}")
    return array  # type: ignore[return-value]


def _columns(arrays: list[NDArray[np.uint64]]) -> Iterator[Keys]:
    for column in range(arrays[0].shape[1]):
        yield np.concatenate([array[:, column] for array in arrays])


def _rows_at(tables: Sequence[Path], starts: Positions, at: Positions) -> pd.DataFrame:
    """Read some rows of all shards, given by their places among all."""
    read: list[pd.DataFrame] = []
    for number, path in enumerate(tables):
        mine = at[(at >= starts[number]) & (at < starts[number + 1])] - starts[number]
        if len(mine):
            read.append(read_rows(path).iloc[mine])
    return pd.concat(read, ignore_index=True)
