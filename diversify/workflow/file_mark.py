"""A mark of files that come from outside the workflow: it changes when one of them does.

Snakemake reruns what has an input newer than its outputs. A clock that was set back, or a file
restored from a copy, makes a changed input older than they are; the mark changes all the same.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def file_mark(files: Iterable[str]) -> str:
    """Give 12 hexadecimal digits for the sizes and times of some files, none for no file."""
    stats = [(name, Path(name).stat()) for name in sorted(files) if Path(name).is_file()]
    if not stats:
        return ""
    lines = [f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
