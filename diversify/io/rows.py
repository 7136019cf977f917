"""Raw rows of a file, whatever its format: JSONL, JSON, CSV, TSV or Parquet."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from diversify.curation.ingest import Reject, reject
from diversify.curation.layouts import recognise
from diversify.errors import DataError
from diversify.io.cells import read_csv, read_tsv
from diversify.io.streams import compression, ending, open_text

FileFormat = Literal["JSONL", "JSON", "CSV", "TSV", "Parquet"]

FORMATS: Mapping[str, FileFormat] = {
    ".jsonl": "JSONL",
    ".ndjson": "JSONL",
    ".json": "JSON",
    ".csv": "CSV",
    ".tsv": "TSV",
    ".parquet": "Parquet",
}
"""Ending -> format; files of other endings are known by their first bytes."""

PARQUET_BATCH = 1000

RawRow = tuple[int, dict[str, Any]] | Reject
"""A row with its 1-based line (or row number), or a line that is none."""


def file_format(path: Path) -> FileFormat:
    """Tell a file's format by its ending, else by its first bytes.

    Raises:
        DataError: the file cannot be read, is empty, or looks like none of the formats.
    """
    named = FORMATS.get(ending(path))
    if named not in (None, "JSON"):
        return named
    if begins_as_parquet(path):
        return "Parquet"
    with open_text(path) as stream:
        first, second, *_ = [*islice((line for line in stream if line.strip()), 2), "", ""]
    if not first:
        raise DataError(f"{path}: holds no row")
    looks = format_of_text(first.lstrip(), second.lstrip())
    if named and looks != "JSONL":
        return named
    if looks is None:
        raise DataError(
            f"{path}: unknown format; expected {', '.join(FORMATS)}, or these with .gz or .zst"
        )
    return looks


def begins_as_parquet(path: Path) -> bool:
    """Say whether a file begins with the mark of Parquet."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) == b"PAR1"
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error


def format_of_text(first: str, second: str) -> FileFormat | None:
    """Tell a format by the first two lines that hold something."""
    if first.startswith("{") and second.startswith("{"):
        return "JSONL"
    if first.startswith(("{", "[")):
        return "JSON"
    if "\t" in first:
        return "TSV"
    return "CSV" if "," in first else None


def read_rows(path: Path, format: FileFormat, columns: Mapping[str, str]) -> Iterator[RawRow]:
    """Read a file's rows one after the other; only a JSON array is held in memory as a whole."""
    if format == "JSONL":
        return read_jsonl(path)
    if format == "JSON":
        return read_json(path, columns)
    if format == "Parquet":
        return read_parquet(path)
    read = read_csv if format == "CSV" else read_tsv
    return read(path, columns.values())


def read_jsonl(path: Path) -> Iterator[RawRow]:
    """Read one JSON object per line; blank lines are no rows."""
    with open_text(path) as stream:
        for line, text in enumerate(stream, start=1):
            if not text.strip():
                continue
            try:
                value = json.loads(text)
            except (ValueError, RecursionError) as error:
                yield reject(text.rstrip("\r\n"), f"not JSON ({error})", str(path), line)
                continue
            yield row_or_reject(value, path, line)


def read_json(path: Path, columns: Mapping[str, str]) -> Iterator[RawRow]:
    """Read an array of objects, the one such array in an object, or an object that is a row.

    Raises:
        DataError: the file is no JSON, or holds no such array.
    """
    try:
        with open_text(path) as stream:
            document = json.load(stream)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON ({error})") from error
    for number, value in enumerate(array_in(document, path, columns), start=1):
        yield row_or_reject(value, path, number)


def array_in(document: object, path: Path, columns: Mapping[str, str]) -> list[Any]:
    """Find the array of rows in a JSON document."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        if recognise(document, columns):
            return [document]
        arrays = [value for value in document.values() if is_array_of_objects(value)]
        if len(arrays) == 1:
            return list(arrays[0])
    raise DataError(f"{path}: expected a JSON array of objects, or one object that holds one")


def is_array_of_objects(value: object) -> bool:
    """Say whether a JSON value is a list of objects."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def row_or_reject(value: object, path: Path, line: int) -> RawRow:
    """Give a JSON value as a row if it is an object."""
    return (
        (line, value)
        if isinstance(value, dict)
        else reject(value, "not an object", str(path), line)
    )


def read_parquet(path: Path) -> Iterator[RawRow]:
    """Read the rows of a Parquet table, batch by batch.

    Raises:
        DataError: the file is missing or no Parquet table.
    """
    if compression(path):
        raise DataError(f"{path}: Parquet is compressed inside; unpack the file first")
    try:
        # Python's own open words a missing file in a few words
        with path.open("rb") as raw, pq.ParquetFile(raw) as table:
            batches = table.iter_batches(batch_size=PARQUET_BATCH)
            rows = (row for batch in batches for row in batch.to_pylist())
            yield from enumerate(rows, start=1)
    except (pa.ArrowException, OSError) as error:
        fault = getattr(error, "strerror", None) or f"not a Parquet table ({error})"
        raise DataError(f"{path}: {fault}") from error
