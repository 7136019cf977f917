"""Files of many kinds become one row table."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import FileSummary, IngestSummary, Reject
from diversify.errors import DataError
from diversify.io.readers import RecordStream, read_records
from diversify.io.tables import SCHEMA, row_writer
from diversify.io.whole import whole
from diversify.progress import progress
from diversify.records import COLUMNS, Record

BATCH_ROWS = 20_000
"""Records held in memory at a time, and rows of a Parquet row group."""
REJECT_TEXT = 1000
"""Characters of a rejected row that are kept."""


def ingest_files(
    sources: list[tuple[str, Path]], out: Path, rejects: Path | None, options: IngestOptions
) -> IngestSummary:
    """Read files into one row table, in the order given; rejected rows go to their own file.

    Both appear only when all is read; a rejects file is there only when a row was rejected.

    Raises:
        DataError: a file cannot be read, no row is left, or (if strict) a row is malformed.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as malformed:
        with whole(out) as draft:
            with row_writer(draft) as table:
                summary = IngestSummary(
                    tuple(
                        ingest_file(read_records(path, source, options), table, malformed, options)
                        for source, path in sources
                    )
                )
            malformed.seek(0)
            if not summary.kept:
                raise DataError(nothing_left(summary, malformed))
        if rejects:
            write_rejects(rejects, malformed, summary.rejected)
    return summary


def ingest_file(
    stream: RecordStream, table: pq.ParquetWriter, malformed: TextIO, options: IngestOptions
) -> FileSummary:
    """Write the records of one file to the table and its rejects to a file of JSON lines."""
    rejected: Counter[str] = Counter()
    kept = write_batches(well_formed(stream, rejected, malformed, options.strict), table)
    return FileSummary(
        source=stream.source,
        file=str(stream.path),
        format=stream.format,
        layout=stream.layout.words if stream.layout else "",
        rows=stream.rows,
        kept=kept,
        rejected=dict(rejected),
    )


def well_formed(
    stream: RecordStream, rejected: Counter[str], malformed: TextIO, strict: bool
) -> Iterator[Record]:
    """Pass the records on; count and write down the rejects, or stop at the first."""
    for item in stream:
        if isinstance(item, Record):
            yield item
        elif strict:
            raise DataError(str(item))
        else:
            rejected[item.kind] += 1
            malformed.write(reject_line(item))


def write_batches(records: Iterator[Record], table: pq.ParquetWriter) -> int:
    """Write records to a row table, batch by batch, and count them."""
    written = 0
    with progress("ingest"):
        while batch := list(islice(records, BATCH_ROWS)):
            columns = {name: [getattr(record, name) for record in batch] for name in COLUMNS}
            table.write_table(pa.table(columns, schema=SCHEMA))
            written += len(batch)
    return written


def reject_line(reject: Reject) -> str:
    """Give a reject as one line of JSON, a long row cut off."""
    fields = {
        "file": reject.file,
        "line": reject.line,
        "reason": reject.reason,
        "text": reject.text[:REJECT_TEXT],
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


def nothing_left(summary: IngestSummary, malformed: TextIO) -> str:
    """Say that no row could be read, and why the first could not."""
    if not summary.files:
        return "no file to read; name at least one"
    first = json.loads(malformed.readline())
    where = f"{first['file']}:{first['line']}: {first['reason']}"
    return f"none of {summary.rows} rows could be read; the first: {where}"


def write_rejects(path: Path, malformed: TextIO, count: int) -> None:
    """Keep the rejects under their name; without any, remove those of an earlier run."""
    if not count:
        path.unlink(missing_ok=True)
        return
    with whole(path) as draft, draft.open("w", encoding="utf-8") as stream:
        shutil.copyfileobj(malformed, stream)


def first_rejects(path: Path, count: int = 3) -> list[str]:
    """Name the first rows of a rejects file as `file:line: reason`; none if there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as stream:
        found = [json.loads(line) for line in islice(stream, count)]
    return [f"{one['file']}:{one['line']}: {one['reason']}" for one in found]
