"""Scores sorted into figures: which axis runs along x, what makes curves, what makes panels."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from diversify.report.kinds.axes import axis_of
from diversify.report.kinds.record import SETS, Kind, View
from diversify.report.kinds.registry import kind_of
from diversify.report.kinds.result import Result, distinct, results_of
from diversify.report.panels import Grid, Panel, Point
from diversify.report.scored import Score

MOST_SETS = 5
"""Test sets drawn of an experiment whose sets the report does not know."""

Rest = tuple[tuple[str, Any], ...]
"""Axes and values that results share."""


def find_grids(scores: Iterable[Score], options: Collection[str] = ()) -> list[Grid]:
    """Sort scores into figures; scores in which nothing is known to vary make none.

    Args:
        scores: of one experiment.
        options: names of options that it gives, which tell alike experiments apart.
    """
    groups: dict[frozenset[str], list[Score]] = {}
    for score in scores:
        axes = frozenset(key for key, value in score.arm if value is not None)
        groups.setdefault(axes, []).append(score)
    return [grid for group in groups.values() for grid in grids_of(group, options)]


def grids_of(scores: Sequence[Score], options: Collection[str]) -> Iterator[Grid]:
    """Give the figures of scores whose cells have the same axes."""
    kind = kind_of([dict(score.arm) for score in scores], options)
    if kind is None:
        return
    results = kind.derive(results_of(scores))
    drawn: list[tuple[str, ...]] = []
    for view in kind.views:
        sets = shown_sets(kind, view, results)
        shown = [one for one in results if one.values[SETS] in sets]
        ranked = roles([axis for axis in view.spread if varies(shown, axis)], view, shown)
        if not ranked or ranked in drawn:  # one axis alone looks the same from either side
            continue
        drawn.append(ranked)
        for rest, members in split(results, {*ranked, SETS}, kind.derived).items():
            yield grid_of(kind, view, ranked, rest, members, sets)


def shown_sets(kind: Kind, view: View, results: Sequence[Result]) -> tuple[str, ...]:
    """Name the test sets that a view draws; of unknown ones the first few, the first on top."""
    scored = distinct(results, SETS)
    known = [name for name in kind.sets if name in scored] or scored[:MOST_SETS][::-1]
    return tuple(known) if SETS in view.spread else tuple(known[-1:])


def varies(results: Sequence[Result], axis: str) -> bool:
    """Tell whether an axis takes more than one value."""
    return len(distinct(results, axis)) > 1


def roles(varying: Sequence[str], view: View, shown: Sequence[Result]) -> tuple[str, ...]:
    """Rank axes: x, what makes the curves, what makes panels; empty where there is no x."""
    held = [axis for axis in view.spread if axis != SETS and distinct(shown, axis)]
    along = next((axis for axis in varying if axis != SETS), held[0] if held else None)
    if along is None:
        return ()
    return (along, *([axis for axis in varying if axis != along] or [SETS]))


def split(
    results: Sequence[Result], ranked: set[str], derived: Mapping[str, tuple[str, ...]]
) -> dict[Rest, list[Result]]:
    """Part results by all axes that have no role in the figure."""
    used = ranked | {axis for name in ranked for axis in derived.get(name, ())} | derived.keys()
    parts: dict[Rest, list[Result]] = {}
    for one in results:
        rest = tuple((key, value) for key, value in one.values.items() if key not in used)
        parts.setdefault(rest, []).append(one)
    return parts


def grid_of(
    kind: Kind,
    view: View,
    ranked: tuple[str, ...],
    rest: Rest,
    results: Sequence[Result],
    sets: tuple[str, ...],
) -> Grid:
    """Lay results out in panels, curves and places."""
    axis, curve, *apart = ranked
    scored = tuple(name for name in sets if name in distinct(results, SETS)) or sets
    shown = [one for one in results if one.values[SETS] in scored and axis in one.values]
    outer = apart[::-1]  # the first of them runs along a row of panels
    values = [in_order(shown, name, scored) for name in outer]
    panels = [
        Panel(at := tuple(zip(outer, one, strict=True)), curves_of(shown, axis, curve, at, scored))
        for one in product(*values)
    ]
    filled = tuple(panel for panel in panels if panel.curves)
    return Grid(kind, view, axis, curve, filled, rest, tuple(results), scored)


def curves_of(
    shown: Sequence[Result], axis: str, curve: str, at: Rest, scored: Sequence[str]
) -> dict[Any, tuple[Point, ...]]:
    """Gather the points of one panel by curve."""
    members = [one for one in shown if one.has(**dict(at))]
    places = {value: rank for rank, value in enumerate(in_order(shown, axis, scored))}
    found = {}
    for value in in_order(members, curve, scored[::-1]):
        points = [
            Point(one.values[axis], one.seed, one.right, one.rows)
            for one in members
            if one.values[curve] == value
        ]
        found[value] = tuple(sorted(points, key=lambda point: (places[point.x], point.seed)))
    return found


def in_order(results: Sequence[Result], axis: str, sets: Sequence[str]) -> list[Any]:
    """Values of an axis in their order; test sets in reverse, the main one first."""
    values = distinct(results, axis)
    if axis == SETS:
        return [name for name in sets[::-1] if name in values]
    return axis_of(axis, values).places(values)
