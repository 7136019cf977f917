"""Raw rows of a file, whatever its format: JSONL, JSON, CSV, TSV or Parquet."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Literal

from diversify.config.ingest import IngestOptions
from diversify.errors import DataError
from diversify.io.formats.cells import read_csv, read_tsv
from diversify.io.formats.json_rows import RawRow, read_json, read_jsonl
from diversify.io.formats.parquet_rows import read_parquet
from diversify.io.formats.streams import PIECE, InputFile, as_file, check_file, ending, open_text

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


def file_format(place: Path | InputFile) -> FileFormat:
    """Tell a file's format by its ending, else by its first bytes.

    Raises:
        DataError: the file cannot be read, is empty, or looks like none of the formats.
    """
    file = as_file(place)
    check_file(file)
    named = FORMATS.get(ending(file.path))
    if named not in (None, "JSON"):
        return named
    if begins_as_parquet(file):
        return "Parquet"
    first, end, second = first_lines(file)
    if not first:
        raise DataError(f"{file}: holds no row")
    looks = format_of_text(first, end, second)
    if named and looks != "JSONL":
        return named
    if looks is None:
        raise DataError(
            f"{file}: unknown format; expected {', '.join(FORMATS)}, or these with .gz or .zst"
        )
    return looks


def begins_as_parquet(file: InputFile) -> bool:
    """Say whether a file begins with the mark of Parquet."""
    try:
        with file.path.open("rb") as stream:
            return stream.read(4) == b"PAR1"
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}") from error


def first_lines(file: InputFile) -> tuple[str, str, str]:
    """Give beginning and end of the first line that holds something, and how the next begins."""
    first = end = ""
    with open_text(file) as stream:
        begins = True  # a long line comes in pieces; blanks do not begin it
        for piece in iter(partial(stream.readline, PIECE), ""):
            if piece.strip() and begins and first:
                return first, end, piece.lstrip()
            first = first or piece.lstrip()
            end = piece.rstrip() or end
            begins = piece.endswith("\n") or (begins and not piece.strip())
    return first, end, ""


def format_of_text(first: str, end: str, second: str) -> FileFormat | None:
    """Tell a format by beginning and end of a first line, and the beginning of the next."""
    if first.startswith("{") and second.startswith("{") and not end.endswith(","):
        return "JSONL"
    if first.startswith(("{", "[")):
        return "JSON"
    if "\t" in first:
        return "TSV"
    return "CSV" if "," in first else None


def read_rows(
    place: Path | InputFile,
    format: FileFormat,
    columns: Mapping[str, str],
    longest: int = IngestOptions().longest_line,
) -> Iterator[RawRow]:
    """Read a file's rows one after the other, no more of them in memory than a batch.

    Rows of a text file with more than `longest` characters are rejected.
    """
    file = as_file(place)
    if format == "JSONL":
        return read_jsonl(file, longest)
    if format == "JSON":
        return read_json(file, columns, longest)
    if format == "Parquet":
        return read_parquet(file)
    read = read_csv if format == "CSV" else read_tsv
    return read(file, columns.values(), longest)
