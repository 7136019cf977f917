"""Files of many kinds become one row table."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from itertools import islice
from os.path import realpath
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import FileSummary, IngestSummary, encodable
from diversify.curation.reading.draw import Draw
from diversify.curation.reading.profile import Tally
from diversify.errors import ConfigError, DataError
from diversify.io.readers import Place, RecordStream, open_records
from diversify.io.rejects import Rejects, write_rejects
from diversify.io.tables import SCHEMA, RowWriter, row_writer
from diversify.io.whole import cannot_write, whole
from diversify.progress import progress
from diversify.records import COLUMNS, Record

BATCH_ROWS = 20_000
"""Most records held in memory at a time, and rows of a Parquet row group."""
BATCH_CHARACTERS = 1 << 26
"""Characters after which a batch is full whatever its rows: a few long ones fill it."""
SHOWN_FIELDS = 50
"""Fields in meta that a summary lists."""


def ingest_files(
    sources: Sequence[tuple[str, Place]],
    out: Path | None,
    rejects: Path | None,
    options: IngestOptions,
    shards: int = 1,
) -> IngestSummary:
    """Read files into one row table, in the order given; rejected rows go to their own file.

    With several `shards` the table is laid out for them (see shards.py), and may have no row.

    Both appear only when all is read; a rejects file is there only when a row was rejected.
    Without `out` the files are read and summed up, and nothing is written.

    Raises:
        ConfigError: the result would take the place of a folder or of a file that is read.
        DataError: a file cannot be read, no row is left, or (if strict) a row is malformed; or the
            result cannot be written.
    """
    try:
        check_outputs(sources, out, rejects)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as malformed:
            listed = Rejects(malformed, options.listed_rejects)
            with whole(out) if out else nullcontext() as draft:
                summary = read_all(sources, draft, listed, options, shards)
                malformed.seek(0)
                if not summary.kept and shards == 1:
                    raise DataError(nothing_left(summary, malformed))
            if rejects and out:
                write_rejects(rejects, malformed, summary.rejected)
    except OSError as error:  # those of reading are DataErrors by now
        if line := cannot_write(Path(error.filename or out or "."), error):
            raise DataError(line) from error
        raise DataError(f"{error.filename or out}: {error.strerror or error}") from error
    return summary


def check_outputs(
    sources: Sequence[tuple[str, Place]], out: Path | None, rejects: Path | None
) -> None:
    """Check that results take the place of no folder, no file that is read, and not each other."""
    # realpath, because resolve() takes a loop of links for a fault of ours
    read = {realpath(place) for _, place in sources if isinstance(place, Path)}
    wanted = [path for path in (out, rejects) if path]
    for path in wanted:
        if path.is_dir():
            raise ConfigError(f"{path}: is a folder; name a file to write")
        if realpath(path) in read:
            raise ConfigError(f"{path}: is one of the files to read; name another to write")
    if len(set(map(realpath, wanted))) < len(wanted):
        raise ConfigError(f"{out}: rows and rejects cannot go to one file")


def read_all(
    sources: Sequence[tuple[str, Place]],
    draft: Path | None,
    rejects: Rejects,
    options: IngestOptions,
    shards: int = 1,
) -> IngestSummary:
    """Read every file, into a row table where one is wanted; drawn rows come after all others."""
    files: dict[int, FileSummary] = {}
    draws = {source: Draw(most, options.draw_seed) for source, most in options.most.items()}
    drawn: list[tuple[int, RecordStream, Counter[str]]] = []
    writer = row_writer(draft, shards) if draft else nullcontext()
    with progress("ingest"), writer as table:
        for number, (source, place) in enumerate(sources):
            rejected: Counter[str] = Counter()
            with open_records(place, source, options) as stream:
                records = well_formed(stream, rejected, rejects, options.strict)
                if source in draws:
                    draws[source].offer(number, records)
                    drawn.append((number, stream, rejected))
                else:
                    files[number] = ingest_file(stream, records, rejected, table)
        for number, stream, rejected in drawn:
            records = draws[stream.origin.source].of(number)
            files[number] = ingest_file(stream, records, rejected, table)
    return IngestSummary(tuple(files[number] for number in sorted(files)))


def ingest_file(
    stream: RecordStream,
    records: Iterable[Record],
    rejected: Counter[str],
    table: RowWriter | None,
) -> FileSummary:
    """Write the records of one file to the table."""
    tally = Tally()
    for batch in batches(records, tally):
        if table:
            columns = {name: [getattr(record, name) for record in batch] for name in COLUMNS}
            table.write_table(pa.table(columns, schema=SCHEMA))
    return file_summary(stream, rejected, tally)


def file_summary(stream: RecordStream, rejected: Counter[str], tally: Tally) -> FileSummary:
    """Sum up a file that was read."""
    layout, origin = stream.layout, stream.origin
    return FileSummary(
        source=origin.source,
        file=origin.file,
        format=stream.format,
        layout=layout.words if layout else "",
        rows=stream.rows,
        kept=tally.kept,
        rejected=dict(rejected),
        revision=origin.revision,
        licence=origin.licence,
        sha256=stream.sha256,
        fields=dict(layout.found) if layout else {},
        in_meta=tuple(encodable(name) for name in layout.rest[:SHOWN_FIELDS]) if layout else (),
        with_input=tally.with_input,
        with_system=tally.with_system,
        several_turns=tally.several_turns,
        instruction=tally.instruction.profile(),
        response=tally.response.profile(),
        left_out=stream.rows - tally.kept - rejected.total(),
    )


def well_formed(
    stream: RecordStream, rejected: Counter[str], rejects: Rejects, strict: bool
) -> Iterator[Record]:
    """Pass the records on; count and write down the rejects, or stop at the first."""
    for item in stream:
        if isinstance(item, Record):
            yield item
        elif strict:
            raise DataError(str(item))
        else:
            rejected[item.kind] += 1
            rejects.add(item)


def batches(records: Iterable[Record], tally: Tally) -> Iterator[list[Record]]:
    """Count records and gather them, until a batch is full of rows or of characters."""
    batch: list[Record] = []
    size = 0
    for record in records:
        tally.add(record)
        batch.append(record)
        size += len(record.instruction) + len(record.response) + len(record.meta)
        size += len(record.input) + len(record.system) + len(record.more)
        if len(batch) == BATCH_ROWS or size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def nothing_left(summary: IngestSummary, malformed: TextIO) -> str:
    """Say that no row could be read, and why the first could not."""
    if not summary.files:
        return "no file to read; name at least one"
    first = json.loads(malformed.readline())
    where = f"{first['file']}:{first['line']}: {first['reason']}"
    return f"none of {summary.rows} rows could be read; the first: {where}"


def first_rejects(path: Path, count: int = 3) -> list[str]:
    """Name the first rows of a rejects file as `file:line: reason`; none if there is no file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as stream:
        found = [json.loads(line) for line in islice(stream, count)]
    return [f"{one['file']}:{one['line']}: {one['reason']}" for one in found]
