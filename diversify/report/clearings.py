"""Where words in a figure hide no curve."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from diversify.report.backdrop import Note
from diversify.report.frames import HIGH, LOW, Frame
from diversify.report.looks import Look
from diversify.report.panels import Panel

SMALL = 0.066, 0.14
"""Width of a small letter and height of a line of them, in inches."""
ENOUGH = 0.06
"""Distance to the next curve, as a part of the axis, beyond which more is no better."""
TALL = 3.0
"""Height of the axes, in inches, about."""


@dataclass(frozen=True)
class Box:
    """Where words may stand, in parts of the axes."""

    left: float
    right: float
    top: float
    bottom: float
    worth: float
    """How welcome the place is, beside its distance to the curves."""


def write_zone(
    axes: Axes, panel: Panel, frame: Frame, note: Note, inches: float, look: Look
) -> None:
    """Write the words of a zone inside it or beside it, wherever they hide least."""
    lines = drawn_lines(axes, panel, frame)
    boxes = list(places(axes, frame, note, inches))
    best = max(boxes, key=lambda box: min(clearance(box, lines), ENOUGH) + box.worth)
    axes.text(
        (best.left + best.right) / 2, best.top, note.words, transform=axes.transAxes, ha="center",
        va="top", color=look.muted, fontsize="small",
    )  # fmt: skip


def places(axes: Axes, frame: Frame, note: Note, inches: float) -> Iterator[Box]:
    """Give boxes of the words' size inside the zone, left and right of it, at many heights."""
    rows = note.words.split("\n")
    wide, tall = max(map(len, rows)) * SMALL[0] / inches, len(rows) * SMALL[1] / TALL
    low, high = (across(axes, frame, end) for end in note.ends)
    inside = (low + high - wide) / 2
    # a little more for the place inside, for a line alone has none
    starts = [(inside, 0.02 if low < high else -1.0), (low - wide - 0.01, 0), (high + 0.01, 0)]
    fitting = [one for one in starts if -0.02 <= one[0] <= 1.02 - wide] or starts[:1]
    for left, worth in fitting:
        for top in np.linspace(0.97, tall + 0.04, 25):
            yield Box(left, left + wide, top, top - tall, worth)


def drawn_lines(
    axes: Axes, panel: Panel, frame: Frame
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Give each curve of means in parts of the axes."""
    found = []
    for name in panel.curves:
        means = panel.means(name, 0.95)
        xs = np.array([across(axes, frame, frame.places[mean.x]) for mean in means])
        ys = np.array([(mean.accuracy - LOW) / (HIGH - LOW) for mean in means])
        found.append((xs, ys))
    return found


def clearance(box: Box, lines: list[tuple[NDArray[np.float64], NDArray[np.float64]]]) -> float:
    """Smallest vertical distance from a box to a curve; below zero where one runs through."""
    at = np.linspace(box.left - 0.01, box.right + 0.01, 25)
    apart = [1.0]
    for xs, ys in lines:
        heights = np.interp(at, xs, ys, left=np.nan, right=np.nan)
        heights = heights[~np.isnan(heights)]
        apart.extend(np.maximum(heights - box.top, box.bottom - heights))
    return float(min(apart))


def across(axes: Axes, frame: Frame, place: float) -> float:
    """Where a place stands, as a part of the axes' width."""
    low, high = (frame.drawn(end) for end in axes.get_xlim())
    return (frame.drawn(place) - low) / (high - low)
