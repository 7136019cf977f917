"""Words that the sentences share: seeds, differences, lines of a figure."""

from collections.abc import Sequence
from typing import Any

from diversify.report.contrasts import Contrast, average, contrast
from diversify.report.kinds.record import SETS
from diversify.report.kinds.result import Result
from diversify.report.panels import Grid
from diversify.report.words import sentence_case

Line = dict[Any, list[Result]]
"""Results on the main test set by place, in the order of the axis."""


def over_seeds_in_words(grid: Grid) -> str:
    """Say over how many seeds a number is a mean."""
    return "one seed" if grid.seeds == 1 else f"means over {grid.seeds} seeds"


def basis(found: Contrast) -> str:
    """Say what decides whether a difference is significant."""
    return "by the test rows of one seed" if found.p is None else f"over {found.seeds} seeds"


def judge(found: Contrast) -> str:
    """Say whether a difference is significant, and by what."""
    change = "rise" if found.difference > 0 else "drop"
    sure = f"a significant {change}" if found.clear else "no significant difference"
    return f"{sure}, {basis(found)}"


def between(
    first: Sequence[Result], second: Sequence[Result], words: tuple[str, str], confidence: float
) -> str:
    """Say how accuracy went from a first arm to a second; nothing where one is missing."""
    found = contrast(second, first, confidence)
    if found is None:
        return ""
    return f"{average(first):.2f} {words[0]}, {average(second):.2f} {words[1]} ({judge(found)})"


def lines(grid: Grid, **where: Any) -> dict[str, Line]:
    """Results on the main test set, a line for each curve of each panel, by its words."""
    axes = [grid.curve, *dict(grid.panels[0].values)]
    apart = [axis for axis in axes if axis != SETS]
    found: dict[str, Line] = {}
    for place in grid.values(grid.axis):
        for one in grid.told(**{grid.axis: place}, **where):
            words = ", ".join(grid.words(axis).told(one.values[axis]) for axis in apart)
            found.setdefault(words, {}).setdefault(place, []).append(one)
    return found


def prefixed(words: str, sentence: str) -> str:
    """Put a line's words before its sentence."""
    if not words:
        return sentence
    return f"{sentence_case(words)}: {sentence[:1].lower()}{sentence[1:]}"


def spread_in_words(results: Sequence[Sequence[Result]]) -> str:
    """Write the lowest and the highest of several means."""
    found = [average(one) for one in results]
    low, high = f"{min(found):.2f}", f"{max(found):.2f}"
    return low if low == high else f"{low} to {high}"
