"""What this machine lends to a step: threads, and bfloat16 where it pays."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


def usable_threads(asked: int = 0) -> int:
    """Give the number of threads asked for, here or by OMP_NUM_THREADS.

    If neither asks, there is one for each processor that this process may use.
    """
    asked = asked or _by_environment()
    if asked:
        return asked
    affinity = getattr(os, "sched_getaffinity", None)  # not on macOS or Windows
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _by_environment() -> int:
    words = os.environ.get("OMP_NUM_THREADS", "")
    return int(words) if words.isdecimal() else 0


@contextmanager
def limited_threads(count: int) -> Iterator[None]:
    """Hold BLAS and OpenMP to `count` threads: too many on busy cores cost ten times more."""
    with threadpool_limits(limits=count):
        yield


def has_bf16() -> bool:
    """Say whether bf16 pays here: a GPU that knows it, or a processor with AVX512-BF16 or AMX."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    # torch names no public question for processors; without an answer, fp32 is always right
    names = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    known = [getattr(torch.cpu, name, None) for name in names]
    return any(supported() for supported in known if supported)
