"""A first look at files: all rows where they are few, and the beginnings of large files."""

import math
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from diversify.config.forecast import MIB, ForecastOptions
from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import Reject
from diversify.errors import DataError
from diversify.io.formats.rows import file_format
from diversify.io.formats.streams import InputFile, compression, uncompressed_name
from diversify.io.ingest import ingest_files
from diversify.io.readers import Place, RecordStream, records_of
from diversify.io.tables import SCHEMA, read_rows
from diversify.records import COLUMNS, Record

UNPACKED = 4
"""Times that text grows when it is unpacked, as a rule."""


@dataclass(frozen=True)
class Glance:
    """Rows that were read, and how many more of each source there are."""

    rows: pd.DataFrame
    """Row table."""
    rows_in: int
    """Rows of the files, malformed ones too; an estimate where not all were read."""
    times: Mapping[str, float]
    """Source -> rows that there are, for each that was read."""
    whole: bool
    """Whether all was read."""

    @property
    def share(self) -> float:
        """How many rows there are, for each that was read."""
        return self.expected(self.rows) / len(self.rows)

    def of_sources(self, rows: pd.DataFrame) -> dict[str, int]:
        """Say how many rows of each source there will be where these are left of what was read."""
        counts = rows["source"].value_counts().sort_index()
        return {str(name): round(count * self.times[str(name)]) for name, count in counts.items()}

    def expected(self, rows: pd.DataFrame) -> int:
        """Say how many rows there will be where these are left of what was read."""
        return sum(self.of_sources(rows).values())


def look_at(
    sources: Sequence[tuple[str, Place]], options: IngestOptions, trying: ForecastOptions
) -> Glance:
    """Read all rows, or where the files hold too much text, the beginnings of the large ones.

    What lies at an address or on the Hub is fetched and read as a whole.

    Raises:
        DataError: a file cannot be read, or no row is left.
    """
    share = trying.read_mb * MIB / max(1, sum(map(text_size, (place for _, place in sources))))
    if share >= 1:
        return whole_of(sources, options)
    parts = [part_of(source, place, share, options, trying) for source, place in sources]
    rows = pd.concat([part.rows for part in parts], ignore_index=True)
    if not len(rows):
        raise DataError(
            "none of the rows that were looked at could be read: run `diversify ingest`"
        )
    there: Counter[str] = Counter()
    for part in parts:
        there.update(part.of_sources(part.rows))
    times = {
        str(name): there[str(name)] / int(count)
        for name, count in rows["source"].value_counts().items()
    }
    whole = all(part.whole for part in parts)
    return Glance(rows, sum(part.rows_in for part in parts), times, whole)


def text_size(place: Place) -> int:
    """Guess the bytes of text in a file; 0 for what is not on this disk, or not there at all."""
    if not isinstance(place, Path) or not place.is_file():
        return 0
    packed = compression(place) or place.suffix.lower() == ".parquet"
    return place.stat().st_size * (UNPACKED if packed else 1)


def whole_of(sources: Sequence[tuple[str, Place]], options: IngestOptions) -> Glance:
    """Read all rows, as `ingest` does."""
    with tempfile.TemporaryDirectory(prefix="diversify-") as folder:
        table = Path(folder) / "rows.parquet"
        read = ingest_files(sources, table, None, options)
        rows = read_rows(table)
    return Glance(rows, read.rows, dict.fromkeys(rows["source"].unique(), 1.0), True)


def part_of(
    source: str, place: Place, share: float, options: IngestOptions, trying: ForecastOptions
) -> Glance:
    """Read the first rows of a file, such a share of them."""
    size = text_size(place)
    most = max(trying.head_mb * MIB, math.ceil(share * size))
    if not isinstance(place, Path) or size <= most:
        return whole_of([(source, place)], options)
    with beginning(InputFile(place), most) as (head, times):
        if times == 1:
            return whole_of([(source, place)], options)
        stream = records_of(head, source, options)
        records = [item for item in until_cut(stream) if isinstance(item, Record)]
    columns = {name: [getattr(record, name) for record in records] for name in COLUMNS}
    rows = pa.table(columns, schema=SCHEMA).to_pandas()
    return Glance(rows, round(stream.rows * times), {source: times}, False)


def until_cut(stream: RecordStream) -> Iterator[Record | Reject]:
    """Give what can be read of a file that was cut off."""
    try:
        yield from stream
    except DataError:
        if stream.layout is None:
            raise


@contextmanager
def beginning(file: InputFile, size: int) -> Iterator[tuple[InputFile, float]]:
    """Copy about so many bytes of text from the beginning of a file, known by the file's name.

    Gives the copy, and how many times as large the file is.
    """
    with tempfile.TemporaryDirectory(prefix="diversify-") as folder:
        copy = Path(folder) / uncompressed_name(file.path)
        copied = copy_table if file_format(file) == "Parquet" else copy_text
        yield InputFile(copy, str(file)), copied(file.path, copy, size)


def copy_text(path: Path, copy: Path, size: int) -> float:
    """Copy whole lines of text, unpacked; one line, if there are no more, is cut off."""
    with path.open("rb") as raw, copy.open("wb") as target:
        stream = pa.input_stream(raw, compression=compression(path))
        text = stream.read(size)
        if not stream.read(1):
            target.write(text)
            return 1.0
        read = raw.tell() / path.stat().st_size
        lines = text[: text.rfind(b"\n") + 1] or text
        target.write(lines)
    return len(text) / len(lines) / read


def copy_table(path: Path, copy: Path, size: int) -> float:
    """Copy the first rows of a Parquet table."""
    share = size / (path.stat().st_size * UNPACKED)
    with pq.ParquetFile(path) as table:
        wanted = max(1, int(table.metadata.num_rows * share))
        copied = 0
        with pq.ParquetWriter(copy, table.schema_arrow) as target:
            for batch in table.iter_batches():
                target.write_batch(batch[: wanted - copied])
                copied += min(len(batch), wanted - copied)
                if copied == wanted:
                    break
        return float(table.metadata.num_rows / copied)
