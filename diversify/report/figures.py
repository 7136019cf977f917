"""The figures of accuracy: one pair of axes with names beside the curves, or small panels."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from diversify.report.backdrop import Note, draw_backdrop
from diversify.report.clearings import write_zone
from diversify.report.frames import (
    HIGH,
    LETTER,
    LOW,
    draw_frame,
    frame_of,
    rows_and_columns,
    sheet_height,
    title_of,
)
from diversify.report.labels import Label, label_curves
from diversify.report.looks import Look, canvas, sheet, svg
from diversify.report.panels import Grid
from diversify.report.strokes import Pen, draw_bars, draw_curve, pens_of

MARGIN = 0.8
"""Inches beside the axes."""
NAMES = 1.7
"""Inches for the names at the right of a wide figure."""


def draw_grid(grid: Grid, look: Look, confidence: float) -> str:
    """Draw a grid as SVG."""
    if len(grid.panels) > 1:
        return draw_panels(grid, look, confidence)
    frame = frame_of(grid, look)
    (panel,) = grid.panels
    pens = pens_of(grid, look)
    inches = look.width - MARGIN - (0 if look.narrow else NAMES)
    with canvas(look, len(pens)) as (figure, axes):
        draw_frame(axes, frame, inches)
        axes.set_xlabel(frame.words)
        notes = draw_backdrop(axes, grid, panel, frame, look)
        if frame.scale == "bars":
            draw_bars(axes, panel, pens, frame, look, confidence)
            write_key(figure, grid, pens, notes, look)
            return svg(figure)
        labels = [
            Label(pen.words, fraction(means[-1].accuracy), pen.colour)
            for name, pen in reversed(pens.items())
            if name in panel.curves
            for means in [draw_curve(axes, panel, name, pen, frame, look, confidence)]
        ]
        for note in notes:
            if note.y is None:
                write_zone(axes, panel, frame, note, inches, look)
        label_curves(axes, heading(grid), [*labels, *beside(notes, look)], look)
        return svg(figure)


def draw_panels(grid: Grid, look: Look, confidence: float) -> str:
    """Draw a grid as small panels on one sheet, their names in a key above."""
    frame = frame_of(grid, look)
    pens = pens_of(grid, look)
    rows, columns = rows_and_columns(grid, look)
    with sheet(look, rows, columns, sheet_height(rows, look)) as (figure, found):
        notes: dict[str, Note] = {}
        for panel, axes in zip(grid.panels, found, strict=False):
            draw_frame(axes, frame, (look.width - MARGIN) / columns - 0.2)
            axes.set_title(title_of(grid, panel), loc="left", fontsize="medium", wrap=True)
            notes |= {one.words: one for one in draw_backdrop(axes, grid, panel, frame, look)}
            if frame.scale == "bars":
                draw_bars(axes, panel, pens, frame, look, confidence)
                continue
            for name in [name for name in reversed(pens) if name in panel.curves]:
                draw_curve(axes, panel, name, pens[name], frame, look, confidence)
        for axes in found[len(grid.panels) :]:
            axes.set_visible(False)
        figure.supxlabel(frame.words, color=look.muted, fontsize="medium")
        write_key(figure, grid, pens, list(notes.values()), look)
        return svg(figure)


def write_key(
    figure: Figure, grid: Grid, pens: dict[object, Pen], notes: Sequence[Note], look: Look
) -> None:
    """Write what is drawn above the axes, each name in its colour."""
    named = list(pens.values()) if len(pens) > 1 else []
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=pen.colour, ls=pen.style, marker=pen.marker, markersize=4.5)
        for pen in named
    ]
    for note in notes:
        if note.y is None and note.ends[0] < note.ends[1]:
            handles.append(Patch(color=look.zone))
        else:
            marker = "" if note.y is None else "x"
            handles.append(Line2D([], [], color=look.muted, linestyle=":", marker=marker))
    words = [pen.words for pen in named] + [note.words.replace("\n", " ") for note in notes]
    colours = [pen.colour for pen in named] + [look.muted] * len(notes)
    figure.legend(
        handles, words, labelcolor=colours, loc="outside upper left", frameon=False,
        ncols=columns_of(words, look), title=heading(grid), alignment="left",
        title_fontproperties={"size": "medium"}, handlelength=1.6, columnspacing=1.4,
    )  # fmt: skip
    figure.legends[0].get_title().set_color(look.muted)


def columns_of(words: Sequence[str], look: Look) -> int:
    """Choose the most columns in which names, written down each column, find room."""
    room = (look.width - 0.3) / LETTER
    for columns in range(len(words), 1, -1):
        rows = -(-len(words) // columns)
        widths = [max(map(len, words[at : at + rows])) for at in range(0, len(words), rows)]
        if sum(widths) + 7 * columns <= room:
            return columns
    return 1


def heading(grid: Grid) -> str:
    """What the axis of accuracy shows, and on which test set where it is one alone."""
    return f"Accuracy ({grid.measure})"


def beside(notes: Sequence[Note], look: Look) -> list[Label]:
    """Names for what the papers reported, beside the axes."""
    return [Label(one.words, fraction(one.y), look.muted) for one in notes if one.y is not None]


def fraction(accuracy: float) -> float:
    """Height of an accuracy on its axis, as a part of it."""
    return (accuracy - LOW) / (HIGH - LOW)
