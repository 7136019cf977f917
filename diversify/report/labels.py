"""Words beside the curves, so that no legend has to be matched by colour."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes

from diversify.report.looks import Look

LINE = 0.045
"""Height of a line of words, as a part of the axis."""
GAP = 0.03


@dataclass(frozen=True)
class Label:
    """What a curve is called, and where it ends: 0 at the foot of the axis, 1 at its top."""

    words: str
    y: float
    colour: str


def label_curves(axes: Axes, title: str, labels: Sequence[Label], look: Look) -> None:
    """Title the axis and name each curve at its right end, or above the plot on a phone."""
    if look.narrow:
        stack_labels(axes, title, labels, look)
        return
    axes.set_title(title, loc="left", color=look.muted, fontsize="medium")
    texts = [textwrap.fill(label.words, 18) for label in labels]
    heights = [LINE * (text.count("\n") + 1) for text in texts]
    places = spread([label.y for label in labels], heights)
    for label, text, y in zip(labels, texts, places, strict=True):
        axes.annotate(
            text,
            xy=(1.02, y),
            xycoords="axes fraction",
            color=label.colour,
            va="center",
            fontweight="bold",
            annotation_clip=False,
        )


def stack_labels(axes: Axes, title: str, labels: Sequence[Label], look: Look) -> None:
    """Write title and names above the plot, the topmost curve first, each in its colour."""
    names = [(f"● {one.words}", one.colour) for one in sorted(labels, key=lambda one: one.y)]
    for row, (words, colour) in enumerate([*names, (title, look.muted)]):
        axes.annotate(
            words,
            xy=(0, 1),
            xytext=(0, 8 + 13 * row),
            xycoords="axes fraction",
            textcoords="offset points",
            color=colour,
            annotation_clip=False,
        )


def spread(places: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Move labels apart, up and down, until none covers another; none sinks under the axis."""
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved = list(places)
    for _ in range(200):
        apart = True
        for low, high in pairwise(order):
            overlap = (heights[low] + heights[high]) / 2 + GAP - (moved[high] - moved[low])
            if overlap > 1e-6:
                moved[high] += overlap - min(overlap / 2, max(moved[low], 0.0))
                moved[low] -= min(overlap / 2, max(moved[low], 0.0))
                apart = False
        if apart:
            break
    return moved
