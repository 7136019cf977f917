"""The figure of the power law: each rule's share of the examples by its rank ([B], figure 7)."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from diversify.report.kinds.axes import axis_of
from diversify.report.labels import Label, label_curves
from diversify.report.looks import Look, canvas, svg
from diversify.report.panels import Grid
from diversify.report.words import is_number, short_number


@dataclass(frozen=True)
class Law:
    """What the figure shows: shapes, so many rules, so many examples."""

    shapes: tuple[Any, ...]
    instructions: int
    examples: int | None
    """None: not told, so no line of one example is drawn."""


def law_of(grid: Grid) -> Law | None:
    """Give the law behind a long tail, for the fewest rules tried: those that it can starve."""
    shapes = grid.values("shape")
    rules = [value for value in grid.values("instructions") if is_number(value)]
    if grid.kind.name != "long tail" or not rules or len(shapes) < 2:
        return None
    examples = [value for value in grid.values("examples") if is_number(value)]
    return Law(tuple(shapes), int(rules[0]), int(max(examples)) if examples else None)


def shares(shape: Any, instructions: int) -> NDArray[np.float64]:
    """Share of the examples that each rule expects, by rank, the most frequent first.

    With density f(x) = a x^(a-1) on 0..1 the quantile at u is u^(1/a); rule i of I weighs what lies
    at u = (i + 1/2) / I. In logarithms, since a = 0.03 raises u to the 33rd power.

    Args:
        shape: a, or `uniform`.
        instructions: number of rules, I.

    Returns:
        Shares that sum to 1. (I,) float64
    """
    if not is_number(shape):
        return np.full(instructions, 1 / instructions)
    logs = np.log((np.arange(instructions)[::-1] + 0.5) / instructions) / shape
    weights: NDArray[np.float64] = np.exp(logs - logs.max())
    weights /= weights.sum()
    return weights


def draw_law(law: Law, look: Look) -> str:
    """Draw share against rank as SVG, both logarithmic, down to a tenth of an example."""
    axis = axis_of("shape", law.shapes)
    curves = {shape: shares(shape, law.instructions) for shape in law.shapes}
    top = max(curve[0] for curve in curves.values()) * 2
    floor = min(0.1 / law.examples if law.examples else 0.001 / law.instructions, top / 1e3)
    ranks = np.unique(np.geomspace(1, law.instructions, 300).round().astype(int))
    with canvas(look, len(curves)) as (figure, axes):
        axes.set(xscale="log", yscale="log", ylim=(floor, top), xlim=(0.9, law.instructions * 1.1))
        axes.minorticks_off()
        decades = range(math.ceil(math.log10(floor)), math.floor(math.log10(top)) + 1)
        axes.set_yticks(
            [10.0**power for power in decades], [in_percent(power) for power in decades]
        )
        powers = range(int(math.log10(law.instructions)) + 1)
        axes.set_xticks(
            [10**power for power in powers], [short_number(10**power) for power in powers]
        )
        more = "" if look.narrow else ", the most frequent first"
        axes.set_xlabel(f"Rank among {law.instructions:,} rules{more}")
        if law.examples:
            draw_one_example(axes, law.examples, look)
        labels = []
        colours = zip(law.shapes, look.shades(len(law.shapes)), strict=True)
        for rank, (shape, colour) in enumerate(colours):
            curve = curves[shape][ranks - 1]
            axes.plot(ranks, curve, color=colour, linewidth=1.8, gid=f"law-{shape}")
            end = math.log(max(curve[-1], floor) / floor) / math.log(top / floor)
            # of several that end below the axis, the evener stands higher
            labels.append(Label(axis.told(shape), end + 1e-6 * (len(curves) - rank), colour))
        label_curves(axes, "Share of the examples", labels, look)
        return svg(figure)


def in_percent(power: int) -> str:
    """Write a power of ten as a percent: -3 is `0.1 %`."""
    return f"{10.0 ** (power + 2):.{max(-power - 2, 0)}f} %"


def draw_one_example(axes: Axes, examples: int, look: Look) -> None:
    """Draw the share that comes to a single example."""
    axes.axhline(1 / examples, color=look.muted, linestyle=":", linewidth=1, gid="one-example")
    axes.text(
        1, 0.8 / examples, f"one of {short_number(examples)} examples", va="top",
        color=look.muted, fontsize="small",
    )  # fmt: skip


def in_words(law: Law) -> str:
    """Say how many rules get at least one example, evenly shared and at the steepest."""
    steepest = law.shapes[-1]
    if law.examples is None:
        return f"Share of the examples by rank, among {law.instructions:,} rules."
    expected = shares(steepest, law.instructions) * law.examples
    reached = int((expected >= 1).sum())
    return (
        f"Share of the examples by rank. At a = {steepest}, {reached:,} of {law.instructions:,} "
        f"rules expect at least one of {law.examples:,} examples; the first alone takes "
        f"{100 * expected[0] / law.examples:.2g} %."
    )
