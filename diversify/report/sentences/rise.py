"""More rules, better on unseen ones? The threshold, the generalist, and any axis without words."""

from itertools import pairwise

from diversify.report.contrasts import average, by_seed, contrast
from diversify.report.panels import Grid
from diversify.report.sentences.phrases import (
    Line,
    lines,
    over_seeds_in_words,
    prefixed,
    spread_in_words,
)
from diversify.report.verdicts import Speech, best_of
from diversify.report.words import plain as plainly
from diversify.report.words import sentence_case, value_in_words

COUNTS = ("instructions", "rules", "algorithms")
"""Axes of which more should be better."""


def threshold(grid: Grid, confidence: float) -> str:
    """Say over which step the unseen rules rose, and how well the training rules were learned."""
    found = [prefixed(words, rise(grid, line, confidence)) for words, line in lines(grid).items()]
    return " ".join([*found, *training(grid)])


def generalist(grid: Grid, confidence: float) -> str:
    """Say the same of algebra, and how many answers are equal in value."""
    told = threshold(grid, confidence)
    equal = lines(grid, set=f"{grid.main}_equivalent")
    found = [spread_in_words(list(line.values())) for line in equal.values()]
    if not found:
        return told
    return f"{told} Answers equal in value, however written: {'; '.join(found)}."


def rise(grid: Grid, line: Line, confidence: float) -> str:
    """Say from where to where a line went, and over which step it jumped."""
    axis = grid.words(grid.axis)
    places = list(line)
    first, last = places[0], places[-1]
    words = sentence_case(grid.stroke(grid.main).words)
    at_first = f"{words}: {average(line[first]):.2f} at {axis.told(first)}"
    if len(places) == 1:
        return f"{at_first}; one place alone shows no trend."
    ends = (
        f"{at_first}, {average(line[last]):.2f} at {axis.told(last)} ({over_seeds_in_words(grid)})."
    )
    change = contrast(line[last], line[first], confidence)
    if change is None or not change.rises:
        return f"{ends} That is no significant rise."
    if len(places) == 2:
        return ends
    steps = list(pairwise(places))
    low, high = max(steps, key=lambda step: average(line[step[1]]) - average(line[step[0]]))
    return (
        f"{ends} The largest step lies between {value_in_words(low)} and {axis.told(high)} "
        f"({average(line[low]):.2f} to {average(line[high]):.2f})."
    )


def training(grid: Grid) -> list[str]:
    """Say how well the training rules were learned meanwhile."""
    found = [results for line in lines(grid, set="train").values() for results in line.values()]
    return [f"On the rules it trained on: {spread_in_words(found)}."] if found else []


def plain(grid: Grid, confidence: float) -> str:
    """Say how a grid without words of its own rises with the rules, or where it is highest."""
    if grid.axis in COUNTS:
        return threshold(grid, confidence)
    return " ".join(
        prefixed(words, extremes(grid, line, confidence)) for words, line in lines(grid).items()
    )


def extremes(grid: Grid, line: Line, confidence: float) -> str:
    """Say where a line is highest and lowest, and whether one place is best."""
    axis = grid.words(grid.axis)
    top = max(line, key=lambda place: average(line[place]))
    bottom = min(line, key=lambda place: average(line[place]))
    highest = f"{grid.stroke(grid.main).words}: {average(line[top]):.2f} at {axis.told(top)}"
    if len(line) == 1:
        return f"{highest}; one place alone shows no trend."
    verdict = best_of(
        {place: by_seed(results) for place, results in line.items()},
        confidence,
        Speech(plainly(grid.axis), axis.told),
    )
    lowest = f"{average(line[bottom]):.2f} at {axis.told(bottom)}"
    return f"{highest}, {lowest}. {sentence_case(verdict.sentence)}"
