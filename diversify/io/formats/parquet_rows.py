"""Rows of Parquet tables."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from diversify.curation.ingest import Reject, reject
from diversify.curation.reading.fields import one_line
from diversify.errors import DataError
from diversify.io.formats.streams import InputFile, check_file, compression
from diversify.io.seals import check_table

BATCH_ROWS = 1000
BATCH_BYTES = 1 << 26
"""Most rows held at a time, and how many bytes of them, by the table's own average."""
WORDS = 200
"""Characters of Arrow's own words that are shown, in one line."""


def read_parquet(file: InputFile) -> Iterator[tuple[int, dict[str, Any]] | Reject]:
    """Read the rows of a Parquet table, batch by batch.

    Raises:
        DataError: the file is missing or no Parquet table.
    """
    if compression(file.path):
        raise DataError(f"{file}: Parquet is compressed inside; unpack the file first")
    check_file(file)
    number = 0
    try:
        check_table(file.path)
        # Python's own open words a missing file in a few words
        with file.path.open("rb") as raw, pq.ParquetFile(raw) as table:
            check_names(table.schema_arrow.names, file)
            for batch in table.iter_batches(batch_size=batch_rows(table.metadata)):
                for row in rows_of(batch):
                    number += 1
                    if isinstance(row, str):
                        yield reject("", f"cannot be held ({row})", str(file), number)
                    else:
                        yield number, row
    except (pa.ArrowException, OSError) as error:
        words = f"not a Parquet table ({one_line(str(error), WORDS)})"
        raise DataError(f"{file}: {getattr(error, 'strerror', None) or words}") from error


def check_names(names: list[str], file: InputFile) -> None:
    """Check that no two columns have one name, of which one would be lost."""
    twice = sorted(name for name, times in Counter(names).items() if times > 1)
    if twice:
        raise DataError(f"{file}: names column {twice[0][:40]!r} twice; rename one of them")


def batch_rows(table: pq.FileMetaData) -> int:
    """Say how many rows to hold at a time, so that long ones fit too."""
    unpacked: int = sum(
        table.row_group(group).total_byte_size for group in range(table.num_row_groups)
    )
    rows: int = table.num_rows
    average = max(1, unpacked // max(1, rows))
    return max(1, min(BATCH_ROWS, BATCH_BYTES // average))


def rows_of(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """Give a batch's rows as Python values; a row that Python cannot hold, as the reason."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError):
        for place in range(batch.num_rows):
            yield row_of(batch.slice(place, 1))


def row_of(batch: pa.RecordBatch) -> dict[str, Any] | str:
    """Give the one row of a batch, or why it cannot be a row: half a character, a year 20000."""
    try:
        return dict(batch.to_pylist()[0])
    except (ValueError, OverflowError) as error:
        return str(error)
