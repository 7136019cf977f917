"""Row tables between stages: Parquet with zstd, one column per field of a record."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from diversify.errors import DataError
from diversify.io.seals import check_table, seal_table
from diversify.io.shards import reading, shard_writer
from diversify.io.whole import whole
from diversify.records import COLUMNS

SCHEMA = pa.schema([(name, pa.int64() if name == "line" else pa.string()) for name in COLUMNS])
"""Arrow schema of a row table."""
LATER = ("revision", "licence")
"""Columns that tables of version 0.1 lack; they are read as empty."""


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as sealed Parquet; the file appears only when it is whole."""
    with whole(path) as draft:
        table.to_parquet(draft, compression="zstd", index=False)
        seal_table(draft)


def read_table(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a Parquet table, or only some of its columns.

    Raises:
        DataError: the file is missing, is no Parquet table with these columns, or a byte of it has
            changed since it was written.
    """
    with reading(path):
        check_table(path)
        return pd.read_parquet(path, columns=columns)


def read_rows(path: Path) -> pd.DataFrame:
    """Read a row table as `ingest`, `dedup` and `decontaminate` write it.

    Raises:
        DataError: the file is missing, or lacks columns of a row table.
    """
    table = read_table(path)
    missing = [name for name in COLUMNS if name not in (*table.columns, *LATER)]
    if missing:
        raise DataError(
            f"{path}: lacks {', '.join(missing)}; give a table that `diversify ingest` wrote"
        )
    absent = {name: "" for name in LATER if name not in table.columns}
    return table.assign(**absent) if absent else table


def table_bytes(path: Path) -> int:
    """Give the bytes of a table's columns, unpacked."""
    with pq.ParquetFile(path) as table:
        groups = (table.metadata.row_group(n) for n in range(table.num_row_groups))
        return sum(group.total_byte_size for group in groups)


class RowWriter(Protocol):
    """Takes a row table in batches."""

    def write_table(self, table: pa.Table) -> None:
        """Write an Arrow table with `SCHEMA`."""


def row_writer(path: Path, shards: int = 1) -> AbstractContextManager[RowWriter]:
    """Open a row table for writing in batches, laid out for shards where there are several."""
    return shard_writer(path, SCHEMA, shards) if shards > 1 else _sealed_writer(path)


@contextmanager
def _sealed_writer(path: Path) -> Iterator[pq.ParquetWriter]:
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        yield writer
    seal_table(path)
