"""What this process takes while it works, and what this machine has left."""

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped]

EVERY = 0.005
"""Seconds between two looks at the memory."""
GROUPS = Path("/sys/fs/cgroup")
"""Where Linux keeps the limits of a container or a cluster job."""
MINE = Path("/proc/self/cgroup")
"""Which of them this process is in."""


class Meter:
    """Seconds and peak memory of a block; of memory, what a look every few milliseconds sees."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seconds = 0.0
        self.before = self.peak = self.after = 0
        """Bytes that the process held when the block began, at most, and when it ended."""
        self._process = psutil.Process()
        self._over = threading.Event()

    def __enter__(self) -> Self:
        """Begin to watch."""
        self.before = self.peak = self._held()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop watching."""
        self.seconds = time.perf_counter() - self._start
        self._over.set()
        self._watcher.join()
        self.after = self._held()
        self.peak = max(self.peak, self.after)

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            self.peak = max(self.peak, self._held())

    def _held(self) -> int:
        return int(self._process.memory_info().rss)


def seconds_alive() -> float:
    """Give the seconds since this process began."""
    return time.time() - float(psutil.Process().create_time())


def memory_held() -> int:
    """Give the bytes of memory that this process holds."""
    return int(psutil.Process().memory_info().rss)


def memory_free() -> int:
    """Give the bytes that this process may still take: on the machine, in its group, by its limit.

    What a group holds of files is given back on demand, and counts as free.
    """
    free = int(psutil.virtual_memory().available)
    return max(0, min([free, *_free_in_groups(), *_free_by_limits()]))


def _free_in_groups() -> Iterator[int]:
    """Look at the limit of each group that this process is in, and of those above it."""
    for folder, most, used, stat in _groups():
        with suppress(OSError, ValueError):  # no such group, or no limit
            limit, taken = (int((folder / name).read_text()) for name in (most, used))
            lines = dict(line.split() for line in (folder / stat).read_text().splitlines())
            files = sum(int(lines.get(name, 0)) for name in ("active_file", "inactive_file"))
            yield limit - taken + files


def _groups() -> Iterator[tuple[Path, str, str, str]]:
    """Name the folders of the groups and their files: Linux has them in two versions."""
    versions = {
        "": (GROUPS, "memory.max", "memory.current", "memory.stat"),
        "memory": (
            GROUPS / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat",
        ),
    }  # fmt: skip
    try:
        lines = MINE.read_text().splitlines()
    except OSError:
        lines = ["0::/", "1:memory:/"]
    for line in lines:
        _, kind, place = line.split(":", 2)
        if kind in versions:
            top, *files = versions[kind]
            below = Path(place.lstrip("/"))
            for folder in (below, *below.parents):
                yield (top / folder, *files)  # type: ignore[misc]


def _free_by_limits() -> Iterator[int]:
    """Look at the limits of a shell, `ulimit -v` and `ulimit -d`."""
    held = psutil.Process().memory_info()
    for limit, taken in (("RLIMIT_AS", "vms"), ("RLIMIT_DATA", "data")):
        # neither is known on every system
        most = resource.getrlimit(getattr(resource, limit))[0] if hasattr(resource, limit) else -1
        if most != resource.RLIM_INFINITY and hasattr(held, taken):
            yield most - int(getattr(held, taken))
