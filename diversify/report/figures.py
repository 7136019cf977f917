"""The figures of accuracy: *transition* along numbers of rules, *sweet spot* along shares."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from diversify.report.grids import Grid, Point
from diversify.report.intervals import wilson
from diversify.report.labels import Label, label_curves
from diversify.report.looks import Look, canvas, svg
from diversify.report.verdicts import percent

PAPERS_JUMP = (400, 1000)
"""Number of rules over which the papers' GPT-2 began to generalise."""


@dataclass(frozen=True)
class Curve:
    """How one test set is drawn: its words, and the colour of the look it takes."""

    words: str
    colour: str
    style: str = "-"
    marker: str = "o"
    strength: float = 1.0


CURVES = {
    "instructions": {
        "train": Curve("Training rules", "quiet", marker="s", strength=0.6),
        "unseen_noop": Curve("Unseen, nothing to do", "third", "--", "^"),
        "unseen_hasop": Curve("Unseen, something to do", "second", "--", "D"),
        "unseen": Curve("Unseen rules", "main"),
    },
    "share": {
        "other": Curve("Unseen rules of other operations", "third", marker="^"),
        "seen": Curve("Seen core rules", "second", marker="s"),
        "unseen": Curve("Unseen core rules", "main"),
    },
}
"""Test sets that a figure shows, by axis; later ones are drawn on top."""


def draw_grid(grid: Grid, look: Look, confidence: float) -> str:
    """Draw a grid as SVG: *transition* for numbers of rules, *sweet spot* for shares."""
    with canvas(look) as (figure, axes):
        if grid.axis == "instructions":
            frame_transition(axes, grid, look)
        else:
            frame_shares(axes, grid, look)
        axes.set_ylim(-0.03, 1.03)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.50", "0.75", "1"])
        labels = [
            draw_curve(axes, grid, name, curve, look, confidence)
            for name, curve in CURVES[grid.axis].items()
            if name in grid.curves
        ]
        label_curves(axes, "Accuracy (exact answers)", labels, look)
        return svg(figure)


def draw_curve(
    axes: Axes, grid: Grid, name: str, curve: Curve, look: Look, confidence: float
) -> Label:
    """Draw a test set: per seed a marker and its Wilson bar; the mean, and its band over seeds."""
    colour = getattr(look, curve.colour)
    draw_seeds(axes, grid.curves[name], curve, look, confidence)
    means = grid.means(name, confidence)
    axes.plot(
        [mean.x for mean in means],
        [mean.accuracy for mean in means],
        curve.style,
        color=colour,
        alpha=curve.strength,
        linewidth=2 * curve.strength,
        gid=f"mean-{name}",
    )
    draw_band(axes, grid, name, colour, 0.13 * curve.strength, confidence)
    return Label(curve.words, means[-1].accuracy, colour)


def draw_seeds(
    axes: Axes, points: Sequence[Point], curve: Curve, look: Look, confidence: float
) -> None:
    """Draw each seed's accuracy, with its Wilson bar over the test rows."""
    colour = getattr(look, curve.colour)
    faint, clear = 0.5 * curve.strength, 0.75 * curve.strength
    for point in points:
        bar = wilson(point.exact, point.rows, confidence)
        axes.plot([point.x] * 2, [bar.low, bar.high], color=colour, alpha=faint, linewidth=1.2)
        axes.plot(
            point.x,
            point.accuracy,
            curve.marker,
            color=colour,
            alpha=clear,
            markersize=4.5,
            markeredgecolor=look.paper,
            markeredgewidth=0.6,
        )


def draw_band(
    axes: Axes, grid: Grid, name: str, colour: str, strength: float, confidence: float
) -> None:
    """Draw the t-interval over seeds, where there are two seeds or more."""
    means = grid.means(name, confidence)
    band = [(mean.x, mean.interval) for mean in means if mean.interval is not None]
    if len(band) < 2:
        return
    axes.fill_between(
        [x for x, _ in band],
        [interval.low for _, interval in band],
        [interval.high for _, interval in band],
        color=colour,
        alpha=strength,
        linewidth=0,
        gid=f"band-{name}",
    )


def frame_transition(axes: Axes, grid: Grid, look: Look) -> None:
    """Set a logarithmic axis of rules, with the zone where the papers' model jumped."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(grid.places))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: short_number(x)))
    axes.xaxis.set_minor_locator(NullLocator())
    more = "" if look.narrow else " in the training set (same number of examples)"
    axes.set_xlabel(f"Different rules{more}")
    axes.axvspan(*PAPERS_JUMP, color=look.zone, linewidth=0, zorder=0, gid="papers-zone")
    axes.text(
        (PAPERS_JUMP[0] * PAPERS_JUMP[1]) ** 0.5,
        0.88,  # above a curve that rises inside the zone
        "the papers’\nGPT-2 jumped\nhere, at\ntheir scale",
        ha="center",
        va="top",
        color=look.muted,
        fontsize="small",
    )


def frame_shares(axes: Axes, grid: Grid, look: Look) -> None:
    """Set an axis of shares in percent, with as many labels as find room."""
    room = (max(grid.places) - min(grid.places)) * (0.14 if look.narrow else 0.08)
    labels = [percent(place) if kept else "" for place, kept in spaced(grid.places, room)]
    axes.set_xticks(grid.places, labels)
    axes.set_xlabel("Share of the budget given to other domains")


def spaced(places: Sequence[float], room: float) -> Iterator[tuple[float, bool]]:
    """Pair ascending places with whether each stands clear of the last one that was kept."""
    last = -math.inf
    for place in places:
        kept = place - last >= room
        last = place if kept else last
        yield place, kept


def short_number(number: float) -> str:
    """Write a tick: 300, 3k, 1M."""
    for unit, word in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:g}{word}"
    return f"{number:g}"
