"""Whole or not at all: write beside, then rename."""

import errno
import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from diversify.errors import DataError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
READ_ONLY = {errno.EROFS}
FULL = ("No space left on device", "os error 28", "Disk quota exceeded", "os error 122")
"""What libraries that raise errors of their own say of a full disk."""
NEXT_TO_NOTHING = 1 << 20
"""Bytes: a disk with less free is full, if a library says only that it could not write."""


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to, in the same folder; it takes its name only when the block ends well.

    Works for a file and for a folder. A block that fails leaves what was there before untouched.

    Raises:
        DataError: the disk is full, or cannot be written to.
    """
    # the ending stays last, because writers choose a format by it
    draft = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
    try:
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            yield draft
            if draft.is_dir() and path.is_dir():
                shutil.rmtree(path)
            draft.replace(path)
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        elif draft.exists():  # asked first: a read-only disk would not even say that it is not
            draft.unlink()


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process holds a folder: files that belong together appear together.

    Where a file system knows no such locks, nothing is waited for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what a library raises at a full disk, or one that is read-only, into a line.

    Raises:
        DataError: the disk is full, or cannot be written to.
    """
    try:
        yield
    except Exception as error:
        line = cannot_write(path, error)
        if line is None:
            raise
        raise DataError(line) from error


def cannot_write(path: Path, error: Exception) -> str | None:
    """Say why a disk cannot be written to, and what to do; None: that is not what happened."""
    code = getattr(error, "errno", None)
    if code in READ_ONLY:
        return f"{path}: the disk is read-only: name a place that can be written to"
    if code in NO_ROOM or any(words in str(error) for words in FULL):
        return no_room(path)
    # numpy and torch say how much they wrote, and not why it was less
    if code is None and isinstance(error, OSError | RuntimeError) and _is_full(path):
        return no_room(path)
    return None


def no_room(path: Path) -> str:
    """Say that a disk is full, and what to do."""
    scratch = Path(tempfile.gettempdir())
    place = scratch if _is_full(scratch) and not _is_full(path) else path
    return f"{place}: no space left on the disk: make room and run the same command again"


def _is_full(path: Path) -> bool:
    folder = next(above for above in (path, *path.absolute().parents) if above.is_dir())
    return shutil.disk_usage(folder).free < NEXT_TO_NOTHING
