"""Duplicates over all shards: what one job decides, so that each shard can drop its own."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from diversify.config.dedup import DedupOptions
from diversify.config.shards import MOST, Shard
from diversify.curation.dedup import drop_among
from diversify.curation.duplicates.priority import check_named
from diversify.curation.duplicates.suspects import batches, groups_of
from diversify.curation.lots import Keys
from diversify.curation.near.rounding import Positions
from diversify.curation.order import content_order
from diversify.errors import DataError
from diversify.io.shards import LaidOut, read_shard, shard_writer
from diversify.io.tables import SCHEMA, read_rows, read_table
from diversify.io.vectors import read_array
from diversify.records import COLUMNS

ROWS_AT_ONCE = 200_000
"""Rows that might be the same and are held in memory at a time."""


def find_twins(
    tables: Sequence[Path], keys: Sequence[Path], options: DedupOptions
) -> tuple[pd.DataFrame, int]:
    """Find the duplicates among all shards, as `drop_duplicates` does on all rows at once.

    Gives the `dropped` table of a DedupResult, and how many rows there are in all. Reads a column
    of keys at a time, then each shard once; rows that share a key wait on disk for their turn.

    Raises:
        ConfigError: an option names a source that is in no shard.
        DataError: keys and tables are not of the same rows.
    """
    arrays = [_checked(path, table) for path, table in zip(keys, tables, strict=True)]
    sources = {name for path in tables for name in read_table(path, ["source"])["source"].unique()}
    check_named(sorted(sources), options)
    starts = np.cumsum([0, *map(len, arrays)])
    groups = groups_of(_columns(arrays), int(starts[-1]))
    batch, count = _batches(groups)
    with tempfile.TemporaryDirectory() as folder:
        waiting = Path(folder) / "suspects.parquet"
        with shard_writer(waiting, SCHEMA, count) as laid:
            for number, path in enumerate(tables):
                _set_apart(read_rows(path), batch[starts[number] : starts[number + 1]], laid)
        found = [
            drop_among(read_shard(waiting, Shard(number, count)), options).dropped
            for number in range(count)
        ]
    dropped = pd.concat(found, ignore_index=True)
    return dropped.iloc[content_order(dropped)].reset_index(drop=True), int(starts[-1])


def _batches(groups: Positions) -> tuple[NDArray[np.int32], int]:
    """Say in which batch each row is settled (-1: it shares no key), and how many there are."""
    shared = int((np.bincount(groups)[groups] > 1).sum())
    batch = np.full(len(groups), -1, dtype=np.int32)
    number = 0
    for number, at in enumerate(batches(groups, max(ROWS_AT_ONCE, shared // MOST)), start=1):
        batch[at] = number - 1
    return batch, max(1, number)


def _set_apart(rows: pd.DataFrame, batch: NDArray[np.int32], laid: LaidOut) -> None:
    """Put the rows that share a key with their batch."""
    at = np.flatnonzero(batch >= 0)
    table = rows.iloc[at][list(COLUMNS)]
    laid.put(pa.Table.from_pandas(table, SCHEMA, preserve_index=False), batch[at])


def _checked(path: Path, table: Path) -> NDArray[np.uint64]:
    array = read_array(path, len(read_table(table, ["id"])))
    if array.ndim != 2 or array.dtype != np.uint64:
        raise DataError(f"{path}: holds no keys: give what `shard keys` wrote of {table}")
    return array  # type: ignore[return-value]


def _columns(arrays: list[NDArray[np.uint64]]) -> Iterator[Keys]:
    for column in range(arrays[0].shape[1]):
        yield np.concatenate([array[:, column] for array in arrays])
