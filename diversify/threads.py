"""How many threads a step may use; too many on busy cores cost ten times more than they bring."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


def usable_threads(asked: int = 0) -> int:
    """Give the number of threads asked for, or else one for each processor this process may use."""
    if asked:
        return asked
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS or Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Hold BLAS and OpenMP to `count` threads inside the block."""
    with threadpool_limits(limits=count):
        yield
