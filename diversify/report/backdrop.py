"""What the papers reported, drawn behind our curves in grey."""

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from diversify.report.frames import Frame
from diversify.report.looks import Look
from diversify.report.panels import Grid, Panel
from diversify.report.papers import SCALE, Level, Mark, Points, Zone, row_of_table_1
from diversify.report.words import is_number


@dataclass(frozen=True)
class Note:
    """Words for something drawn, and where it is."""

    words: str
    y: float | None
    """The accuracy that the words stand beside; None for a zone."""
    ends: tuple[float, float] = (0.0, 0.0)
    """Where a zone begins and ends."""


def draw_backdrop(axes: Axes, grid: Grid, panel: Panel, frame: Frame, look: Look) -> list[Note]:
    """Draw what the papers reported of a panel, and give the words for it."""
    return [
        note
        for mark in grid.kind.marks
        if mark.axis == grid.axis and belongs(mark, panel)
        for note in [draw_mark(axes, mark, frame, look)]
        if note is not None
    ]


def belongs(mark: Mark, panel: Panel) -> bool:
    """Tell whether something reported of one value belongs to a panel."""
    if not isinstance(mark, Points) or mark.where is None:
        return True
    axis, value = mark.where
    return any(one == axis and row_of_table_1(given) == value for one, given in panel.values)


def draw_mark(axes: Axes, mark: Mark, frame: Frame, look: Look) -> Note | None:
    """Draw one mark; a zone where no place lies is none."""
    if isinstance(mark, Zone):
        ends = zone_ends(mark, frame)
        if ends is None:
            return None
        if ends[0] == ends[1]:
            axes.axvline(ends[0], color=look.quiet, linestyle=":", zorder=0, gid="papers-zone")
        else:
            axes.axvspan(*ends, color=look.zone, linewidth=0, zorder=0, gid="papers-zone")
        return Note(mark.words, None, ends)
    if frame.side_by_side:  # their places are numbers
        return None
    if isinstance(mark, Level):
        draw_level(axes, mark, look)
        return Note(mark.words, (mark.low + mark.high) / 2)
    draw_points(axes, mark, look)
    return Note(SCALE, sum(mark.places[-1][1:]) / 2)


def zone_ends(zone: Zone, frame: Frame) -> tuple[float, float] | None:
    """Where a zone begins and ends; among words, around those whose numbers lie in it."""
    if not frame.side_by_side:
        return zone.low, zone.high
    inside = [x for place, x in frame.places.items() if lies_in(place, zone)]
    return (min(inside) - 0.5, max(inside) + 0.5) if inside else None


def lies_in(place: Any, zone: Zone) -> bool:
    """Tell whether a place is a number inside a zone; its upper end is outside."""
    return is_number(place) and zone.low <= place < zone.high


def draw_level(axes: Axes, level: Level, look: Look) -> None:
    """Draw a level, or a band of levels, over the stretch it was reported of."""
    if level.low == level.high:
        axes.plot(level.reach, [level.low] * 2, ":", color=look.muted, zorder=1, gid="papers-level")
    else:
        axes.fill_between(
            level.reach, level.low, level.high, facecolor=look.zone, edgecolor=look.quiet,
            linestyle=":", zorder=0, gid="papers-level",
        )  # fmt: skip


def draw_points(axes: Axes, points: Points, look: Look) -> None:
    """Draw reported accuracies, those with a range as a bar."""
    places = [place for place, _, _ in points.places]
    middles = [(low + high) / 2 for _, low, high in points.places]
    axes.plot(
        places, middles, "x:", color=look.muted, markersize=5, linewidth=1.2, zorder=1,
        gid="papers-points",
    )  # fmt: skip
    for place, low, high in points.places:
        if low < high:
            axes.plot([place] * 2, [low, high], color=look.muted, linewidth=2.5, alpha=0.5)
