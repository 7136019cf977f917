"""The figure of differences: every arm against its reference, a panel for each measure."""

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from diversify.report.looks import Look, sheet, svg
from diversify.report.tracks.documents import Compared, Verdicts
from diversify.report.tracks.measures import title, unit

LETTERS = 24
"""Of an arm's name that are drawn; a longer one is cut."""
PANELS = 12
"""Measures drawn in one figure, at most; the table has them all."""


def units_of(verdicts: Verdicts) -> list[str]:
    """Name the units of differences, each of which is a figure of its own."""
    return list(dict.fromkeys(unit(one) for one in verdicts.comparisons))


def draw_differences(comparisons: Sequence[Compared], arms: Sequence[str], look: Look) -> str:
    """Draw differences of one unit as SVG: where the interval is, and what the verdict is."""
    measures = shown_measures(comparisons)
    names = [arm for arm in arms if any(one.arm == arm for one in comparisons)]
    columns = 1 if look.narrow else min(len(measures), 3)
    rows = -(-len(measures) // columns)
    height = 0.75 + rows * (0.42 + 0.21 * len(names))
    with sheet(look, rows, columns, height) as (figure, found):
        for axes, measure in zip(found, measures, strict=False):
            own = [one for one in comparisons if one.measure == measure]
            draw_panel(axes, own, names, look)
            axes.set_title(
                textwrap.fill(title(own[0]), 30), loc="left", fontsize="medium", color=look.ink
            )
        if not any(one.low or one.high or one.difference for one in comparisons):
            found[0].set_xlim(-1, 1)  # zeros alone would be drawn on a scale of 1e-17
        for place, axes in enumerate(found):
            axes.set_visible(place < len(measures))
            axes.tick_params(labelbottom=place + columns >= len(measures))
        better = ", lower is better" if comparisons[0].less_is_better else ""
        figure.supxlabel(
            f"Difference from the reference, {unit(comparisons[0])}{better}",
            color=look.muted, fontsize="medium",
        )  # fmt: skip
        return svg(figure)


def shown_measures(comparisons: Sequence[Compared]) -> list[tuple[str, str, str]]:
    """Choose the measures that are drawn, averages first."""
    ordered = sorted(comparisons, key=lambda one: not one.average)
    return list(dict.fromkeys(one.measure for one in ordered))[:PANELS]


def draw_panel(
    axes: Axes, comparisons: Sequence[Compared], names: Sequence[str], look: Look
) -> None:
    """Draw one measure: an arm a line, the first on top, and zero as a line."""
    axes.axvline(0, color=look.muted, linewidth=1, zorder=1)
    axes.grid(axis="x", color=look.hair, linewidth=0.8)
    axes.set_yticks(range(len(names)), [shortened(name) for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(4 if not look.narrow else 5))
    for one in comparisons:
        y, factor = names.index(one.arm), 100 if one.share else 1
        colour = colour_of(one, look)
        axes.plot([factor * one.low, factor * one.high], [y, y], color=colour, linewidth=1.6)
        axes.plot(
            factor * one.difference, y, "o", color=colour, markersize=5.5,
            markerfacecolor=colour if one.significant else look.paper,
        )  # fmt: skip


def colour_of(one: Compared, look: Look) -> str:
    """Choose a colour by the verdict: better, worse, or neither."""
    if not one.significant:
        return look.quiet
    return look.main if one.better else look.second


def shortened(name: str) -> str:
    """Cut a long name."""
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1]}…"
