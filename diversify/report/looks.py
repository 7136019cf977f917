"""How figures look: sizes, colours that colour-blind eyes tell apart, SVG that reruns alike."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class Look:
    """Size in inches and colours of a figure."""

    width: float
    height: float
    ink: str = "#1c2430"
    muted: str = "#6b7480"
    hair: str = "#e3e6ea"
    paper: str = "#ffffff"
    zone: str = "#eef0f2"
    main: str = "#0072b2"
    second: str = "#d55e00"
    third: str = "#009e73"
    fourth: str = "#b0558f"
    fifth: str = "#8a6d00"
    quiet: str = "#9aa3ad"
    ramp: tuple[float, float] = (0.62, 0.02)
    """Where shades for the smallest and the largest of many values lie in *viridis*."""

    @property
    def narrow(self) -> bool:
        """Tell whether the figure is made for a phone."""
        return self.width < 5

    @property
    def palette(self) -> tuple[str, ...]:
        """Colours for things without an order."""
        return (self.main, self.second, self.third, self.fourth, self.fifth, self.quiet)

    def shades(self, count: int) -> list[str]:
        """Colours for ordered values, ever further from the paper."""
        if count == 1:
            return [self.main]
        first, last = self.ramp
        steps = [first + (last - first) * index / (count - 1) for index in range(count)]
        return [to_hex(matplotlib.colormaps["viridis"](step)) for step in steps]


WIDE = Look(7.2, 4.0)
NARROW = Look(3.5, 3.7)
DARK: dict[str, Any] = {
    "ink": "#e8eaed",
    "muted": "#9aa4b0",
    "hair": "#2b323b",
    "paper": "#161a20",
    "zone": "#22282f",
    "main": "#56b4e9",
    "second": "#e69f00",
    "third": "#2fc49a",
    "fourth": "#d98bbd",
    "fifth": "#d9c24a",
    "quiet": "#77828f",
    "ramp": (0.5, 0.97),
}


def dark(look: Look) -> Look:
    """Give the same look for a dark page."""
    return replace(look, **DARK)


@contextmanager
def canvas(look: Look, names: int = 0) -> Iterator[tuple[Figure, Axes]]:
    """Give an empty figure with quiet axes, higher where many names stand beside or above."""
    more = max(names - 4, 0) * 0.18 if look.narrow else max(names - 9, 0) * 0.25
    with sheet(look, 1, 1, look.height + more) as (figure, (axes,)):
        yield figure, axes


@contextmanager
def sheet(
    look: Look, rows: int, columns: int, height: float
) -> Iterator[tuple[Figure, list[Axes]]]:
    """Give an empty figure with rows of quiet axes, which share both scales."""
    settings: dict[Any, Any] = {
        "font.family": "DejaVu Sans",
        "font.size": 8.5 if look.narrow else 9,
        "text.color": look.ink,
        "axes.edgecolor": look.muted,
        "axes.labelcolor": look.muted,
        "xtick.color": look.muted,
        "ytick.color": look.muted,
        "svg.fonttype": "none",  # text stays text: small, sharp and found by a search
        "svg.hashsalt": "diversify",
        "text.parse_math": False,  # a name with dollars is a name
    }
    with matplotlib.rc_context(settings):
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
        figure = Figure((look.width, height), facecolor=look.paper, layout=layout)
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat:
            axes.set_facecolor("none")
            axes.spines[["top", "right", "left"]].set_visible(False)
            axes.tick_params(length=0, pad=5)
            axes.grid(axis="y", color=look.hair, linewidth=0.8)
            axes.set_axisbelow(True)
        yield figure, list(grid.flat)


def svg(figure: Figure) -> str:
    """Write a figure as SVG: the same figure gives the same bytes, in the reader's own font."""
    stream = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(stream, format="svg", metadata=metadata, facecolor=figure.get_facecolor())
    return stream.getvalue().replace("'DejaVu Sans'", FONTS)
