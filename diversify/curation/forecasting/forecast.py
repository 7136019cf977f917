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

    def then(self, other: "Cost") -> "Cost":
        """Add what is done after it."""
        return Cost(self.seconds + other.seconds, max(self.memory, other.memory))


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

    `products` says how many comparisons so many rows need; without it time grows with the rows. Two
    guesses are averaged. In proportion to the last trial: there the costs that grow more slowly
    count too often. And along the law through both trials, a products + b rows, or a rows + b:
    there a small sample runs too well in the caches of a processor, and noise weighs double.
    """
    first, last = trials[0], trials[-1]
    if last.rows >= rows:
        return last.seconds
    steep: Callable[[int], float] = products or float
    proportional = last.seconds * steep(rows) / max(1.0, steep(last.rows))
    if len(trials) == 1:
        return proportional
    slow = float if products else (lambda _: 1.0)
    sizes = [[steep(one.rows), slow(one.rows)] for one in (first, last)]
    if abs(np.linalg.det(sizes)) <= 1e-9 * sizes[1][0] * sizes[1][1]:
        return proportional
    rates = np.linalg.solve(sizes, [first.seconds, last.seconds])
    if rates[1] <= 0:
        return proportional
    law = max(0.0, rates[0]) * steep(rows) + rates[1] * slow(rows)
    return (max(last.seconds, float(law)) + proportional) / 2


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
