"""Records out of the files that people have."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import Origin, Reject, reject, to_record
from diversify.curation.reading.fields import some
from diversify.curation.reading.layouts import Layout, Row, recognise
from diversify.errors import DataError
from diversify.io.documents import file_hash
from diversify.io.formats.json_rows import RawRow
from diversify.io.formats.rows import file_format, read_rows
from diversify.io.formats.streams import InputFile
from diversify.io.places.hub import HubDataset, card_of, hub_rows, pinned
from diversify.io.places.remote import RemoteFile, fetched
from diversify.records import Record

Place = Path | RemoteFile | HubDataset
"""Where rows are: a file here or at an address, or a dataset by name."""
NAME_COLUMNS = "; name them with --columns instruction=..,response=.."
"""What to do where a layout is not recognised."""


class RecordStream(Iterator[Record | Reject]):
    """The records of one file in its order, read as they are asked for."""

    def __init__(
        self,
        rows: Iterable[RawRow],
        format: str,
        origin: Origin,
        options: IngestOptions,
        sha256: str = "",
        at_rest: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the raw rows of a file; they are read with the first record.

        `at_rest` is asked after the last one, and raises if the file is no longer what was hashed.
        """
        self.format = format
        self.origin = origin
        self.sha256 = sha256
        self.at_rest = at_rest
        self.columns = options.columns
        self.layout: Layout | None = None
        """How the rows lie in their fields; known once a row has been recognised."""
        self.rows = 0
        """Rows given so far, records and rejects."""
        self._items = self._read(rows)

    def __next__(self) -> Record | Reject:
        """Give the next record or reject."""
        return next(self._items)

    def _read(self, rows: Iterable[RawRow]) -> Iterator[Record | Reject]:
        first: Reject | None = None
        for item in rows:
            self.rows += 1
            record = item if isinstance(item, Reject) else self._record(*item)
            if self.layout is None and isinstance(record, Reject):
                first = first or record
            yield record
        self.at_rest()
        if not self.rows:
            raise DataError(f"{self.origin.file}: holds no row")
        if self.layout is None:
            raise DataError(f"{first}; no row of this file can be read")

    def _record(self, line: int, row: Row) -> Record | Reject:
        if self.layout is None:
            self.layout = recognise(row, self.columns, self.format == "TSV")
        if self.layout is None:
            return reject(row, unknown_layout(row), self.origin.file, line)
        return to_record(row, self.layout, self.origin, line)


def read_records(path: Path, source: str, options: IngestOptions) -> RecordStream:
    """Read a file's records, and in their place the rows that cannot be records.

    The first row whose fields are recognised decides the layout; rows that do not fit it are
    rejected, those before it too.

    Raises:
        DataError: the file cannot be read, holds no row, or none that is recognised.
    """
    return records_of(InputFile(path), source, options)


@contextmanager
def open_records(place: Place, source: str, options: IngestOptions) -> Iterator[RecordStream]:
    """Open what is named, wherever it is, for reading its records; see `read_records`.

    Raises:
        DataError: it cannot be reached or read.
    """
    if isinstance(place, Path):
        yield records_of(InputFile(place), source, options)
    elif isinstance(place, RemoteFile):
        remote, card = pinned(place)
        with fetched(remote, str(place)) as file:
            yield records_of(file, source, options, card.revision, card.licence)
    else:
        card = card_of(place)
        origin = origin_of(str(place), source, options, card.revision, card.licence)
        yield RecordStream(hub_rows(place, card), "Hub dataset", origin, options)


def records_of(
    file: InputFile, source: str, options: IngestOptions, revision: str = "", licence: str = ""
) -> RecordStream:
    """Read the records of a file on this disk; its version is its hash where it has no other.

    Raises:
        DataError: as `read_records`, or (with its last record) the file has changed meanwhile.
    """
    format = file_format(file)
    before = _state(file.path)
    sha256 = file_hash(file.path)
    revision = revision or f"sha256:{sha256[:16]}"
    origin = origin_of(str(file), source, options, revision, licence)
    rows = read_rows(file, format, options.columns, options.longest_line)

    def at_rest() -> None:
        if _state(file.path) != before:
            raise DataError(f"{file}: changed while it was read: run again when it is at rest")

    return RecordStream(rows, format, origin, options, sha256, at_rest)


def _state(path: Path) -> tuple[int, ...]:
    """Give what changes with any write to a file, or when another takes its name."""
    try:
        found = path.stat()
    except OSError:  # gone, which is a change as well
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def origin_of(
    file: str, source: str, options: IngestOptions, revision: str, licence: str
) -> Origin:
    """Say where rows come from; what the user states of a source goes before what is found."""
    return Origin(
        source=source,
        file=file,
        revision=options.revisions.get(source, revision),
        licence=options.licences.get(source, licence),
    )


def unknown_layout(row: Row) -> str:
    """Say which fields were found and what to do."""
    fields = some(list(row)) or "none"
    return f"unknown layout (fields: {fields}{NAME_COLUMNS})"
