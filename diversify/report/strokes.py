"""Curves and bars of accuracy: per seed a marker and its Wilson bar; the mean; its band."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from matplotlib.axes import Axes

from diversify.report.frames import Frame
from diversify.report.intervals import wilson
from diversify.report.kinds.record import SETS, Stroke
from diversify.report.looks import Look
from diversify.report.panels import Grid, Mean, Panel, Point

MARKERS = "oD^sPv"


@dataclass(frozen=True)
class Pen(Stroke):
    """A stroke whose colour is that of one look."""

    shadow: float = 0.13
    """Strength of its band over seeds."""


def pens_of(grid: Grid, look: Look) -> dict[Any, Pen]:
    """Choose a pen for each curve: shades for ordered values, plain colours for the rest.

    The main test set comes first; it is drawn last, on top.
    """
    names = list(dict.fromkeys(name for panel in grid.panels for name in panel.curves))
    shadow = 0.13 if len(names) < 4 else 0.06
    if grid.curve == SETS:
        strokes = [grid.stroke(name) for name in names]
        if grid.kind.sets:
            colours = [getattr(look, stroke.colour) for stroke in strokes]
        else:
            colours = list(look.palette[: len(names)])[::-1]
        pens = {
            name: Pen(one.words, colour, one.style, one.marker, one.strength, shadow)
            for name, one, colour in zip(names, strokes, colours, strict=True)
        }
        return dict(reversed(pens.items()))
    axis = grid.words(grid.curve)
    names = axis.places(names)
    if axis.scale == "bars" and len(names) <= len(look.palette):
        colours, markers = list(look.palette), MARKERS
    else:
        colours, markers = look.shades(len(names)), "o" * len(names)
    return {
        name: Pen(axis.told(name), colour, marker=marker, shadow=shadow)
        for name, colour, marker in zip(names, colours, markers, strict=False)
    }


def draw_curve(
    axes: Axes, panel: Panel, name: Any, pen: Pen, frame: Frame, look: Look, confidence: float
) -> list[Mean]:
    """Draw a curve, and give its means."""
    points = panel.curves[name]
    draw_seeds(axes, points, [frame.places[one.x] for one in points], pen, look, confidence)
    means = panel.means(name, confidence)
    axes.plot(
        [frame.places[mean.x] for mean in means],
        [mean.accuracy for mean in means],
        pen.style,
        color=pen.colour,
        alpha=pen.strength,
        linewidth=2 * pen.strength,
        gid=f"mean-{named(panel, name)}",
    )
    draw_band(axes, means, frame, pen, f"band-{named(panel, name)}")
    return means


def draw_seeds(
    axes: Axes,
    points: Sequence[Point],
    xs: Sequence[float],
    pen: Pen,
    look: Look,
    confidence: float,
) -> None:
    """Draw each seed's accuracy, with its Wilson bar over the test rows."""
    bars = [wilson(point.right, point.rows, confidence) for point in points]
    whiskers = [(x, y) for x, bar in zip(xs, bars, strict=True) for y in (bar.low, bar.high, nan)]
    faint, clear = 0.5 * pen.strength, 0.75 * pen.strength
    axes.plot(*zip(*whiskers, strict=True), color=pen.colour, alpha=faint, linewidth=1.2)
    axes.plot(
        xs,
        [point.accuracy for point in points],
        pen.marker,
        color=pen.colour,
        alpha=clear,
        markersize=4.5,
        markeredgecolor=look.paper,
        markeredgewidth=0.6,
    )


def draw_band(axes: Axes, means: Sequence[Mean], frame: Frame, pen: Pen, gid: str) -> None:
    """Draw the t-interval over seeds, where there are two seeds or more."""
    band = [(frame.places[mean.x], mean.interval) for mean in means if mean.interval is not None]
    if len(band) < 2:
        return
    axes.fill_between(
        [x for x, _ in band],
        [interval.low for _, interval in band],
        [interval.high for _, interval in band],
        color=pen.colour,
        alpha=pen.shadow * pen.strength,
        linewidth=0,
        gid=gid,
    )


def draw_bars(
    axes: Axes, panel: Panel, pens: dict[Any, Pen], frame: Frame, look: Look, confidence: float
) -> None:
    """Draw a bar for each curve at each place: its mean, each seed, and the t-interval."""
    wide = 0.8 / len(pens)
    for rank, (name, pen) in enumerate(pens.items()):
        shift = (rank - (len(pens) - 1) / 2) * wide
        for mean in panel.means(name, confidence):
            x = frame.places[mean.x] + shift
            gid = f"mean-{named(panel, name)}-{frame.places[mean.x]:g}"
            axes.bar(x, mean.accuracy, 0.86 * wide, color=pen.colour, alpha=0.3, gid=gid)
            if mean.interval is not None:
                ends = [mean.interval.low, mean.interval.high]
                axes.plot([x] * 2, ends, color=pen.colour, alpha=0.25, linewidth=6)
        points = panel.curves.get(name, ())
        aside = zip(points, apart(points, wide), strict=True)
        xs = [frame.places[point.x] + shift + step for point, step in aside]
        draw_seeds(axes, points, xs, pen, look, confidence)


def apart(points: Sequence[Point], wide: float) -> list[float]:
    """Steps to the side that keep the seeds of one bar apart."""
    seeds = sorted({point.seed for point in points})
    step = 0.5 * wide / max(len(seeds), 2)
    return [(seeds.index(point.seed) - (len(seeds) - 1) / 2) * step for point in points]


def named(panel: Panel, name: Any) -> str:
    """Name a curve for those who look into the file."""
    return "-".join(str(value).replace(" ", "") for value in (*dict(panel.values).values(), name))
