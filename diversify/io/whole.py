"""Whole or not at all: write beside, then rename."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to, in the same folder; it takes its name only when the block ends well.

    Works for a file and for a folder. A block that fails leaves what was there before untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # the ending stays last, because writers choose a format by it
    draft = path.with_name(f".{uuid.uuid4().hex[:8]}.{path.name}")
    try:
        yield draft
        if draft.is_dir() and path.is_dir():
            shutil.rmtree(path)
        draft.replace(path)
    finally:
        if draft.is_dir():
            shutil.rmtree(draft)
        else:
            draft.unlink(missing_ok=True)
