"""Python threads that share a matrix product and the passes over it, one BLAS thread each.

BLAS spreads a product over its threads, but NumPy scans the product in one: where both matter,
parts of the rows go side by side instead. NumPy lets other threads run while it works.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from threadpoolctl import threadpool_info

from diversify.hardware import limited_threads, usable_threads

Run = Callable[..., Iterator[Any]]
"""A `map` that works on several parts at a time and gives their results in order."""


@contextmanager
def workers(parts: int = 2) -> Iterator[Run]:
    """Lend a `map` that works in as many threads as BLAS had, while BLAS has one.

    So what limits BLAS (OMP_NUM_THREADS, `limited_threads`) limits it as well, and all work of the
    block belongs inside: BLAS threads that wait for each other in many small products on busy
    processors take a hundred times longer. When the block ends by an error, parts that have not
    begun are left out. For one part there is nothing to lend, and nothing changes.
    """
    if parts < 2:
        yield map
        return
    pool = ThreadPoolExecutor(_blas_threads())
    try:
        with limited_threads(1):
            yield pool.map
    finally:
        pool.shutdown(cancel_futures=True)


def _blas_threads() -> int:
    """Count the threads that BLAS would take; one for each processor if it does not tell."""
    told = [
        library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"
    ]
    return max(told, default=usable_threads())


def parts_of(count: int, size: int) -> list[slice]:
    """Cut `count` rows into parts of at most `size`."""
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]
