"""Axes that no cell holds, read from the names of test sets or from two axes at once."""

import re
from collections.abc import Sequence
from typing import Any

from diversify.report.kinds.axes import uniform_first
from diversify.report.kinds.result import Result

STEPS = re.compile(r"(.+)_steps(\d+)")
FRACTIONS = {1.0: "all", 0.5: "half", 0.25: "a quarter"}


def with_steps(results: Sequence[Result]) -> list[Result]:
    """Read `unseen_steps3` as the set `unseen` at 3 steps."""
    found = []
    for one in results:
        named = STEPS.fullmatch(one.values["set"])
        found.append(one.put(set=named[1], steps=int(named[2])) if named else one)
    return found


def with_arms(results: Sequence[Result]) -> list[Result]:
    """Read examples and the shape of the power law as an arm, such as `half, unevenly`.

    The order is that of the figure: all before half, evenly before unevenly.
    """
    ordered = sorted(results, key=lambda one: (-examples(one), uniform_first(shape(one))))
    most = max(map(examples, ordered), default=0) or 1
    steep = len({shape(one) for one in ordered if shape(one) != "uniform"}) > 1
    return [one.put(arm=arm(examples(one) / most, shape(one), steep)) for one in ordered]


def arm(kept: float, of_shape: Any, several: bool) -> str:
    """Name an arm; where several shapes were tried, with its own."""
    amount = FRACTIONS.get(kept, f"{100 * kept:.3g} %")
    if of_shape == "uniform":
        return amount if kept == 1 else f"{amount}, evenly"
    return f"{amount}, unevenly" + (f" (a = {of_shape})" if several else "")


def examples(one: Result) -> float:
    """Training examples of a result."""
    found = one.values.get("examples", 0)
    return float(found) if isinstance(found, int | float) else 0.0


def shape(one: Result) -> Any:
    """Shape of the power law of a result; uniform where none is told."""
    return one.values.get("shape", "uniform")
