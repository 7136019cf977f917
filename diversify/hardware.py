"""What this machine lends to a step: threads, and bfloat16 where it pays."""

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
