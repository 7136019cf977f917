"""What this process takes while it works, and what this machine has left."""

import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped]

EVERY = 0.005
"""Seconds between two looks at the memory."""
GROUPS = Path("/sys/fs/cgroup")
"""Where Linux keeps the limits of a container or a cluster job."""


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
    """Give the bytes that this process may still take: free on the machine, and in its group."""
    free = int(psutil.virtual_memory().available)
    for most, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        with suppress(OSError, ValueError):  # no such group, or no limit
            limit = int((GROUPS / most).read_text())
            free = min(free, max(0, limit - int((GROUPS / used).read_text())))
    return free
