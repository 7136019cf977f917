"""Text files in and out: plain, gzip or Zstandard; UTF-8 out, and UTF-16 too where marked in."""

import codecs
import io
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from diversify.curation.ingest import encodable
from diversify.curation.reading.fields import one_line
from diversify.errors import DataError

COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
PIECE = 1 << 16
"""Bytes or characters read at a time where nothing is kept."""
MARKS: Mapping[bytes, str] = {
    b"\x1f\x8b": "gzip; end its name in .gz",
    b"\x28\xb5\x2f\xfd": "Zstandard; end its name in .zst",
    b"PAR1": "Parquet; end its name in .parquet",
    b"PK\x03\x04": "a zip archive; unpack it first",
    b"BZh": "bzip2; unpack it first, or pack it as .gz",
    b"\xfd7zXZ": "xz; unpack it first, or pack it as .gz",
    b"\x93NUMPY": "a NumPy array and no rows",
    b"\x80\x04": "a pickle, which is never read: it could run code",
}
"""First bytes of files that are no text -> what they look like, and what to do."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file on this disk, and the name by which people know it."""

    path: Path
    name: str = ""
    """Address of a file that was fetched; empty where the path is the name."""

    def __str__(self) -> str:
        """Give the name, in characters that can be written as UTF-8."""
        return encodable(self.name or str(self.path))


def as_file(place: Path | InputFile) -> InputFile:
    """Give a path as a file that is known by its path."""
    return InputFile(place) if isinstance(place, Path) else place


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


def check_file(file: InputFile) -> None:
    """Check that there is a file to read, and no pipe or device that may never end.

    Raises:
        DataError: there is none, or it is a folder or a device.
    """
    try:
        mode = file.path.stat().st_mode
    except OSError as error:
        raise DataError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"{str(file)!r}: not a name of a file ({error})") from error
    if stat.S_ISDIR(mode):
        raise DataError(f"{file}: is a folder; name its files, such as '{file}/*'")
    if not stat.S_ISREG(mode):
        raise DataError(f"{file}: is a pipe or a device; write it to a file first")


@contextmanager
def open_bytes(file: InputFile) -> Iterator[io.BufferedReader]:
    """Open a file for reading, unpacked on the way.

    Raises:
        DataError: the file is missing, no file, or broken.
    """
    check_file(file)
    packed = compression(file.path)
    try:
        with file.path.open("rb") as raw:
            # Arrow notices a cut-off Zstandard file, which the zstandard package reads as if whole
            yield io.BufferedReader(pa.input_stream(raw, compression=packed), PIECE)
    except OSError as error:
        fault = f"broken {packed} file" if packed else "cannot be read"
        words = error.strerror or f"{fault} ({one_line(str(error), 200)})"
        raise DataError(f"{file}: {words}") from error


@contextmanager
def open_text(place: Path | InputFile, newline: str = "\n") -> Iterator[TextIO]:
    r"""Open a text file for reading: UTF-8, or UTF-16 or UTF-32 with a byte order mark.

    By default a line ends at `\n` alone; `newline=""` also breaks at `\r`, as the csv module asks.

    Raises:
        DataError: the file is missing or broken, or holds something else than text.
    """
    file = as_file(place)
    try:
        with open_bytes(file) as stream:
            encoding = encoding_of(stream.peek(4)[:4], file)
            with io.TextIOWrapper(stream, encoding=encoding, newline=newline) as text:
                yield text
    except UnicodeError as error:
        raise DataError(not_text(file)) from error


def encoding_of(head: bytes, file: InputFile) -> str:
    """Tell an encoding by a file's first four bytes.

    Raises:
        DataError: they look like UTF-16 that does not say so.
    """
    if head in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if b"\0" in head[:2]:
        raise DataError(f"{file}: UTF-16 without a byte order mark; save it as UTF-8")
    return "utf-8-sig"


def not_text(file: InputFile) -> str:
    """Say what a file is that cannot be decoded, or in which line the fault lies.

    A decoder reads ahead and cannot tell the line, so the file is read once more.
    """
    with open_bytes(file) as stream:
        head = stream.peek(8)[:8]
        looks = next((what for mark, what in MARKS.items() if head.startswith(mark)), "")
        if looks:
            return f"{file}: is not text but looks like {looks}"
        encoding = encoding_of(head[:4], file)
        decoder = codecs.getincrementaldecoder(encoding)()
        line = 1
        with suppress(DataError):
            for piece in iter(partial(stream.read, PIECE), b""):
                try:
                    line += decoder.decode(piece).count("\n")
                except UnicodeDecodeError as error:
                    begun = error.object[: error.start].decode(error.encoding, "ignore")
                    return f"{file}:{line + begun.count(chr(10))}: not UTF-8 ({error.reason})"
    return f"{file}:{line}: not UTF-8 (unexpected end of data)"


@contextmanager
def create_text(path: Path) -> Iterator[TextIO]:
    """Open a text file for writing; the same text gives the same bytes, compressed or not."""
    with (
        pa.output_stream(str(path), compression=compression(path)) as stream,
        io.TextIOWrapper(stream, encoding="utf-8", newline="") as text,
    ):
        yield text
