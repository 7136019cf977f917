"""What a run will take, step by step: plain numbers, and how trials on fewer rows tell them."""

import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np

How = Literal["measured", "predicted"]
Known = Literal["exactly", "at most", "about"]
MARKS = {"exactly": "", "at most": "<=", "about": "~"}
FEWEST = 1024
"""Rows of a trial that begins."""


@dataclass(frozen=True)
class Rows:
    """A number of rows, and how well it is known."""

    count: int
    known: Known = "exactly"

    def __str__(self) -> str:
        """Write the number with its mark."""
        return f"{MARKS[self.known]}{self.count}"


@dataclass(frozen=True)
class Step:
    """What one step of a run takes."""

    name: str
    rows_in: Rows
    rows_out: Rows
    seconds: float
    peak: int
    """Bytes that the process holds at most during the step."""
    how: How

    def summary(self) -> dict[str, Any]:
        """Give the step as a document."""
        return asdict(self)


class Trial(NamedTuple):
    """How long a number of rows took."""

    rows: int
    seconds: float


class Cost(NamedTuple):
    """What a piece of work takes."""

    seconds: float
    memory: int
    """Bytes at most beside what is there before."""


Result = TypeVar("Result")
Work = Callable[[], Any]
"""Something to do, made ready."""
Prepare = Callable[[int], Work]
"""Makes ready the work on so many rows."""


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Do a piece of work; give its result and the seconds it took."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def grown(prepare: Prepare, rows: int, seconds: float) -> list[Trial]:
    """Try work on few rows, then on twice as many, until a trial takes so long or has all rows.

    Gives the last two trials, or the only one.
    """
    trials: list[Trial] = []
    size = min(rows, FEWEST)
    while True:
        trials.append(Trial(size, timed(prepare(size))[1]))
        if size == rows or trials[-1].seconds >= seconds:
            return trials[-2:]
        size = min(rows, 2 * size)


def seconds_for(
    trials: Sequence[Trial], rows: int, products: Callable[[int], float] | None = None
) -> float:
    """Tell from one or two trials what more rows will take.

    Where `products` says how many comparisons so many rows need, time is taken to be a products +
    b rows, which two trials settle. Else it grows with the rows, and two guesses are averaged: in
    proportion to the last trial, where its fixed costs count too often; and along the line through
    both, where a small sample runs too well in the caches of a processor.
    """
    first, last = trials[0], trials[-1]
    if last.rows >= rows:
        return last.seconds
    proportional = last.seconds * rows / last.rows
    if not products:
        slope = max(0.0, last.seconds - first.seconds) / max(1, last.rows - first.rows)
        line = last.seconds + slope * (rows - last.rows)
        return (line + proportional) / 2 if len(trials) > 1 else proportional
    at_most = last.seconds * products(rows) / products(last.rows)
    sizes = [[products(one.rows), one.rows] for one in (first, last)]
    if abs(np.linalg.det(sizes)) < 1e-9 * sizes[1][0] * sizes[1][1]:
        return at_most
    by_product, by_row = np.linalg.solve(sizes, [first.seconds, last.seconds])
    if by_product < 0:
        return proportional
    return float(by_product * products(rows) + by_row * rows) if by_row > 0 else at_most


def traced(work: Work) -> int:
    """Give the bytes that Python and numpy hold at most during a piece of work, beside the rest.

    What libraries in C or on a GPU take for themselves does not show.
    """
    begun = tracemalloc.is_tracing()
    if not begun:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not begun:
            tracemalloc.stop()


def memory_for(prepare: Prepare, tried: int, rows: int) -> int:
    """Tell what memory work on `rows` rows will take from that of `tried` and of half of them."""
    if rows <= tried:
        return traced(prepare(rows))
    half, whole = traced(prepare(tried // 2)), traced(prepare(tried))
    slope = max(0.0, (whole - half) / (tried - tried // 2))
    return int(whole + slope * (rows - tried))
