"""Cross tables: two axes of an experiment, down and across, with the papers' values beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from diversify.report.kinds.axes import joined
from diversify.report.kinds.record import SETS
from diversify.report.panels import Grid
from diversify.report.papers import MIXED, SCALE, TABLE_1
from diversify.report.tables import Table, bar_in_words
from diversify.report.words import listed, plain, sentence_case, value_in_words


@dataclass(frozen=True)
class Crossed:
    """A table, what it shows, and how many of its columns name the rows."""

    title: str
    content: Table
    named: int


def cross_tables(grid: Grid, confidence: float) -> list[Crossed]:
    """Tabulate a grid with two varying axes or more, a table for each test set in its panels.

    A second figure of the same scores gets none.
    """
    axes = [axis for axis in roles(grid) if len(grid.values(axis)) > 1]
    if len(axes) < 2 or grid.view is not grid.kind.views[0]:
        return []
    down, across = directions(grid, axes)
    by_set = SETS in dict(grid.panels[0].values)
    sets = grid.sets[::-1] if by_set else (grid.main,)
    found = [crossed(grid, name, down, across, confidence) for name in sets]
    if grid.kind.name == "occurrences":
        found.append(table_1())
    return found


def roles(grid: Grid) -> list[str]:
    """Axes of a figure, test sets aside."""
    axes = [grid.axis, grid.curve, *list(dict(grid.panels[0].values))[::-1]]
    return [axis for axis in axes if axis != SETS]


def directions(grid: Grid, axes: Sequence[str]) -> tuple[list[str], str]:
    """Choose the axes that run down, and the one that runs across."""
    first, last = grid.kind.tabulated or (axes[0], axes[1])
    across = last if last in axes else next(axis for axis in axes if axis != first)
    down = [axis for axis in axes if axis != across]
    return sorted(down, key=lambda axis: axis != first), across


def crossed(grid: Grid, name: str, down: Sequence[str], across: str, confidence: float) -> Crossed:
    """Tabulate one test set."""
    columns = grid.values(across)
    rows = []
    for values in product(*(grid.values(axis) for axis in down)):
        fixed = dict(zip(down, values, strict=True))
        cells = [cell(grid, name, fixed | {across: one}, confidence) for one in columns]
        if any(cells):
            named = [grid.words(axis).tick(value) for axis, value in fixed.items()]
            rows.append([*named, *cells])
    heads = [*map(plain, down), *(grid.words(across).told(one) for one in columns)]
    title = f"{grid.stroke(name).words}: {listed([plain(one) for one in down])} by {plain(across)}"
    return Crossed(sentence_case(title), Table(heads, rows), len(down))


def cell(grid: Grid, name: str, fixed: dict[str, Any], confidence: float) -> str:
    """Write one cell: the mean with its interval, and what the papers have there."""
    found = grid.told(set=name, **fixed)
    words = bar_in_words([(one.right, one.rows) for one in found], confidence)
    theirs = papers_value(fixed) if words else None
    return f"{words}; papers {theirs:.2f}" if theirs is not None else words


def papers_value(fixed: dict[str, Any]) -> float | None:
    """What table 1 has for the same occurrences and rules; of mixtures, for its own alone."""
    given = str(fixed.get("occurrences"))
    row = TABLE_1.get("mixed" if given == MIXED else given, {})
    return row.get(fixed.get("instructions", 0))


def table_1() -> Crossed:
    """The papers' own table of occurrences and rules."""
    rules = sorted(next(iter(TABLE_1.values())))
    names = {"mixed": f"{joined(MIXED)} ×"}
    rows = [
        [names.get(name, f"{name} ×"), *(f"{row[one]:.2f}" for one in rules)]
        for name, row in TABLE_1.items()
    ]
    heads = ["occurrences", *(f"{value_in_words(one)} rules" for one in rules)]
    return Crossed(f"Table 1 of the {SCALE}", Table(heads, rows), 1)
