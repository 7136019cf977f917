"""Axes of accuracy: where places stand, which ticks are written, how panels share the sheet."""

import math
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from diversify.report.kinds.record import SETS
from diversify.report.looks import Look
from diversify.report.panels import Grid, Panel
from diversify.report.words import sentence_case

LOW, HIGH = -0.03, 1.03
"""Ends of an axis of accuracy."""


@dataclass(frozen=True)
class Frame:
    """The axis of x: what it is called, and where its places stand."""

    words: str
    scale: str
    places: Mapping[Any, float]
    ticks: Mapping[float, str]

    @property
    def side_by_side(self) -> bool:
        """Tell whether its places are words, at equal distances."""
        return self.scale in ("steps", "bars")

    @property
    def span(self) -> float:
        """Distance between the outermost places, as they are drawn."""
        ends = [self.drawn(place) for place in self.places.values()]
        return (max(ends) - min(ends)) or 1.0

    def drawn(self, place: float) -> float:
        """Where a place is drawn: a logarithm on a logarithmic axis."""
        return math.log10(place) if self.scale == "log" else place


def frame_of(grid: Grid, look: Look) -> Frame:
    """Choose the axis of a grid's x."""
    axis = grid.words(grid.axis)
    places = grid.places
    equal = axis.scale in ("steps", "bars")
    at = {place: float(rank if equal else place) for rank, place in enumerate(places)}
    ticks = {at[place]: axis.tick(place) for place in places}
    words = axis.short or axis.words if look.narrow else axis.words
    return Frame(words, axis.scale, at, ticks)


def draw_frame(axes: Axes, frame: Frame, inches: float) -> None:
    """Set scale and ticks of one pair of axes, so many inches wide."""
    if frame.scale == "log":
        axes.set_xscale("log")
    if frame.scale == "bars":
        axes.set_xlim(-0.6, len(frame.places) - 0.4)
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_locator(FixedLocator(list(frame.ticks)))
    axes.set_ylim(LOW, HIGH)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.50", "0.75", "1"])
    if frame.side_by_side:
        write_names(axes, list(frame.ticks.values()), inches)
    else:
        axes.set_xticklabels(written(frame, inches))


def write_names(axes: Axes, names: Sequence[str], inches: float) -> None:
    """Write words under their places, broken into lines, or slanted where they find no room."""
    room = inches / len(names) / LETTER
    lines = [textwrap.fill(name, max(int(room), 6), break_long_words=False) for name in names]
    if max(width(line) for line in lines) <= room * 1.1 or fits(names, room):
        axes.set_xticklabels(lines if not fits(names, room) else names)
    else:
        axes.set_xticklabels(names, rotation=35, ha="right", rotation_mode="anchor")


LETTER = 0.078
"""Width of a letter, in inches."""


def width(text: str) -> int:
    """Letters in the longest line."""
    return max(map(len, text.split("\n")))


def fits(names: Sequence[str], room: float) -> bool:
    """Tell whether no two neighbours, each on one line, run into each other."""
    return all((len(low) + len(high)) / 2 + 1 <= room for low, high in pairwise(names))


def written(frame: Frame, inches: float) -> list[str]:
    """Ticks of a scale, those left out that would run into the one before."""
    longest = max(map(len, frame.ticks.values()))
    room = frame.span * (longest + 0.5) * LETTER / (inches * 0.9)
    drawn = [frame.drawn(place) for place in frame.ticks]
    kept = spaced(drawn, room)
    return [
        text if shown else "" for text, (_, shown) in zip(frame.ticks.values(), kept, strict=True)
    ]


def spaced(places: Sequence[float], room: float) -> Iterator[tuple[float, bool]]:
    """Pair ascending places with whether each stands clear of the last one that was kept."""
    last = -math.inf
    for place in places:
        kept = place - last >= room
        last = place if kept else last
        yield place, kept


def rows_and_columns(grid: Grid, look: Look) -> tuple[int, int]:
    """Share the panels out over rows; a row holds the values of one axis where there are two."""
    count = len(grid.panels)
    if look.narrow:
        columns = 1 if count <= 3 else 2
    else:
        inner = {panel.values[-1:] for panel in grid.panels}
        several = len(grid.panels[0].values) > 1 and len(inner) <= 4
        columns = len(inner) if several else {5: 3, 6: 3, 9: 3}.get(count, min(count, 4))
    return -(-count // columns), columns


def sheet_height(rows: int, look: Look) -> float:
    """Height of a sheet with so many rows of panels, in inches."""
    return 1.5 + rows * (1.75 if look.narrow else 2.25)


def title_of(grid: Grid, panel: Panel) -> str:
    """What a panel is called."""
    return sentence_case(
        ", ".join(
            grid.stroke(value).words if axis == SETS else grid.words(axis).told(value)
            for axis, value in panel.values
        )
    )
