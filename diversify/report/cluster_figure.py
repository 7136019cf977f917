"""The figure of cluster sizes before the mix and after it."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from diversify.report.looks import Look, canvas, svg


def draw_cluster_sizes(before: Sequence[int], after: Sequence[int] | None, look: Look) -> str:
    """Draw each cluster's share of the rows, largest first, before the mix and after it."""
    order = sorted(range(len(before)), key=lambda cluster: -before[cluster])
    with canvas(look) as (figure, axes):
        pool = in_percent([before[cluster] for cluster in order])
        edges = [index - 0.5 for index in range(len(before) + 1)]
        axes.stairs(pool, edges, fill=True, color=look.quiet, alpha=0.35, gid="before")
        name_line(axes, 0, "the pool", look.muted)
        if after is not None:
            mix = in_percent([after[cluster] for cluster in order])
            axes.stairs(mix, edges, color=look.main, linewidth=1.6, baseline=None, gid="after")
            name_line(axes, 1, "the mix", look.main)
        axes.set(xlim=(-0.5, len(before) - 0.5), ylim=(0, None), xticks=[])
        axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g} %"))
        axes.set_title("Share of the rows", loc="left", color=look.muted, fontsize="medium")
        axes.set_xlabel(f"{len(before)} clusters, largest in the pool first")
        return svg(figure)


def name_line(axes: Axes, row: int, words: str, colour: str) -> None:
    """Write a name into the upper right corner, in its colour."""
    axes.text(
        0.98,
        0.94 - 0.09 * row,
        words,
        transform=axes.transAxes,
        ha="right",
        va="top",
        color=colour,
        fontweight="bold",
    )


def in_percent(sizes: Sequence[int]) -> list[float]:
    """Turn sizes into percents of their sum."""
    total = sum(sizes) or 1
    return [100 * size / total for size in sizes]
