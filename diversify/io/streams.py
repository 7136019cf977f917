"""Text files in and out: plain, gzip or Zstandard, always UTF-8."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from diversify.errors import DataError

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}


def ending(path: Path) -> str:
    """Give the suffix that names a file's format: `.jsonl` for `pool.jsonl.gz`."""
    return Path(uncompressed_name(path)).suffix.lower()


def stem(path: Path) -> str:
    """Give a file's name without the endings of format and compression."""
    return Path(uncompressed_name(path)).stem


def uncompressed_name(path: Path) -> str:
    """Give a file's name without the ending of a compression."""
    return path.stem if path.suffix.lower() in COMPRESSIONS else path.name


def compression(path: Path) -> str | None:
    """Name the compression of a file by its last suffix."""
    return COMPRESSIONS.get(path.suffix.lower())


@contextmanager
def open_text(path: Path, newline: str = "\n") -> Iterator[TextIO]:
    r"""Open a text file for reading; a byte order mark is passed over.

    By default a line ends at `\n` alone; `newline=""` also breaks at `\r`, as the csv module asks.

    Raises:
        DataError: the file is missing or broken, or holds something else than UTF-8.
    """
    try:
        with path.open("rb") as raw:
            # Arrow notices a cut-off Zstandard file, which the zstandard package reads as if whole
            stream = pa.input_stream(raw, compression=compression(path))
            with io.TextIOWrapper(stream, encoding="utf-8-sig", newline=newline) as text:
                yield text
    except UnicodeDecodeError as error:
        raise DataError(f"{path}:{first_bad_line(path)}: not UTF-8 ({error.reason})") from error
    except OSError as error:
        fault = error.strerror or f"broken {compression(path)} file ({error})"
        raise DataError(f"{path}: {fault}") from error


def first_bad_line(path: Path) -> int:
    """Find the first line that is not UTF-8; a decoder reads ahead and cannot tell."""
    line = 0
    with path.open("rb") as raw, suppress(UnicodeDecodeError, OSError):
        for data in io.BufferedReader(pa.input_stream(raw, compression=compression(path))):
            line += 1
            data.decode()
    return line


@contextmanager
def create_text(path: Path) -> Iterator[TextIO]:
    """Open a text file for writing; the same text gives the same bytes, compressed or not."""
    with (
        pa.output_stream(str(path), compression=compression(path)) as stream,
        io.TextIOWrapper(stream, encoding="utf-8", newline="") as text,
    ):
        yield text
