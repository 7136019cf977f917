"""Records out of the files that people have."""

from collections.abc import Iterator
from pathlib import Path

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import Reject, reject, to_record
from diversify.curation.layouts import Layout, Row, recognise
from diversify.errors import DataError
from diversify.io.rows import file_format, read_rows
from diversify.records import Record


class RecordStream(Iterator[Record | Reject]):
    """The records of one file in its order, read as they are asked for."""

    def __init__(self, path: Path, source: str, options: IngestOptions) -> None:
        """Open a file; its first rows are read with the first record."""
        self.path = path
        self.source = source
        self.columns = options.columns
        self.format = file_format(path)
        self.layout: Layout | None = None
        """How the rows lie in their fields; known once a row has been recognised."""
        self.rows = 0
        """Rows given so far, records and rejects."""
        self._items = self._read()

    def __next__(self) -> Record | Reject:
        """Give the next record or reject."""
        return next(self._items)

    def _read(self) -> Iterator[Record | Reject]:
        first: Reject | None = None
        for item in read_rows(self.path, self.format, self.columns):
            self.rows += 1
            record = item if isinstance(item, Reject) else self._record(*item)
            if self.layout is None and isinstance(record, Reject):
                first = first or record
            yield record
        if not self.rows:
            raise DataError(f"{self.path}: holds no row")
        if self.layout is None:
            raise DataError(f"{first}; no row of this file can be read")

    def _record(self, line: int, row: Row) -> Record | Reject:
        if self.layout is None:
            self.layout = recognise(row, self.columns, self.format == "TSV")
        if self.layout is None:
            return reject(row, unknown_layout(row), str(self.path), line)
        return to_record(row, self.layout, self.source, str(self.path), line)


def read_records(path: Path, source: str, options: IngestOptions) -> RecordStream:
    """Read a file's records, and in their place the rows that cannot be records.

    The first row whose fields are recognised decides the layout; rows that do not fit it are
    rejected, those before it too.

    Raises:
        DataError: the file cannot be read, holds no row, or none that is recognised.
    """
    return RecordStream(path, source, options)


def unknown_layout(row: Row) -> str:
    """Say which fields were found and what to do."""
    fields = ", ".join(row) or "none"
    return f"unknown layout (fields: {fields}; name them with --columns instruction=..,response=..)"
