"""Seals: a file's SHA-256 inside the file, so that a changed byte is never read as right.

An array bears its seal behind its last number and a table before its footer; other readers pass
over both places. Files that bear none, such as those of other tools, are read as they are.
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from diversify.errors import DataError
from diversify.io.documents import file_hash

MARK = b"\0sha256\n"
FOOTER_MARK = b"\0footer\n"
"""As long as the other."""
SIZE = len(MARK) + hashlib.sha256().digest_size
FOOTER_END = 8
"""Bytes at the end of a Parquet file: the length of its footer, and its name."""
PIECE = 1 << 20
SUMS = "SHA256SUMS"
"""File in a folder that names the hash of each other file, as `sha256sum --check` reads it."""


def seal_array(path: Path) -> None:
    """Put a seal behind an array that was written."""
    with path.open("r+b") as stream:
        place = stream.seek(0, os.SEEK_END)
        stream.write(MARK + _hash_around(stream, place, place))


def seal_table(path: Path) -> None:
    """Put a seal before the footer of a Parquet file that was written."""
    with path.open("r+b") as stream:
        place = _footer(stream)
        stream.seek(place)
        footer = stream.read()
        seal = MARK + _hash_around(stream, place, place)
        stream.seek(place)
        stream.write(seal + footer)


def seal_footer(path: Path) -> None:
    """Put a seal of the footer alone before it, where the pages of a table bear their own sums."""
    with path.open("r+b") as stream:
        place = _footer(stream)
        stream.seek(place)
        footer = stream.read()
        stream.seek(place)
        stream.write(FOOTER_MARK + hashlib.sha256(footer).digest() + footer)


def check_footer(path: Path) -> None:
    """Check that the footer of a table is sealed, and is what was written.

    Raises:
        DataError: it is not.
    """
    with path.open("rb") as stream:
        place = max(0, _footer(stream) - SIZE)
        stream.seek(place)
        seal = stream.read(SIZE)
        if seal != FOOTER_MARK + hashlib.sha256(stream.read()).digest():
            raise DataError(damaged(path))


def check_array(path: Path) -> bool:
    """Check the seal of an array, and say whether it bears one.

    Raises:
        DataError: a byte of the file has changed.
    """
    with path.open("rb") as stream:
        return _is_sealed(stream, stream.seek(0, os.SEEK_END) - SIZE, path)


def check_table(path: Path) -> bool:
    """Check the seal of a Parquet file, and say whether it bears one.

    Raises:
        DataError: a byte of the file has changed.
    """
    with path.open("rb") as stream:
        return _is_sealed(stream, _footer(stream) - SIZE, path)


def seal_folder(folder: Path) -> None:
    """Write down the hash of each file of a folder."""
    lines = [f"{file_hash(folder / name)}  {name}\n" for name in _names(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def check_folder(folder: Path) -> None:
    """Check the files of a folder against their hashes, if it holds any.

    Raises:
        DataError: a file has changed, or is gone.
    """
    try:
        sums = (folder / SUMS).read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except ValueError as error:
        raise DataError(damaged(folder / SUMS)) from error
    *lines, last = sums.split("\n")
    if last:
        raise DataError(damaged(folder / SUMS))
    there = _names(folder)
    for hashed, _, name in (line.partition("  ") for line in lines):
        if name not in there or file_hash(folder / name) != hashed:
            raise DataError(damaged(folder / name))


def damaged(path: Path) -> str:
    """Say that a file is not what was written, and what to do."""
    return f"{path}: not the bytes that were written: remove it and run the step that makes it"


def _names(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    return sorted(path.relative_to(folder).as_posix() for path in files)


def _footer(stream: BinaryIO) -> int:
    """Give the byte at which the footer of a Parquet file begins, as its end has it."""
    end = stream.seek(0, os.SEEK_END) - FOOTER_END
    stream.seek(max(0, end))
    return end - int.from_bytes(stream.read(4), "little")


def _is_sealed(stream: BinaryIO, place: int, path: Path) -> bool:
    """Say whether there is a seal at a byte; one that does not hold is a fault."""
    stream.seek(max(0, place))
    seal = stream.read(SIZE)
    if not seal.startswith(MARK):
        return False
    if seal != MARK + _hash_around(stream, place, place + SIZE):
        raise DataError(damaged(path))
    return True


def _hash_around(stream: BinaryIO, end: int, start: int) -> bytes:
    """Hash a file up to one byte and from another on."""
    digest = hashlib.sha256()
    stream.seek(0)
    while piece := stream.read(min(PIECE, end - stream.tell())):
        digest.update(piece)
    stream.seek(start)
    while piece := stream.read(PIECE):
        digest.update(piece)
    return digest.digest()
