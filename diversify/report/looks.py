"""How figures look: sizes, colours that colour-blind eyes tell apart, SVG that reruns alike."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import matplotlib
from matplotlib.axes import Axes
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
    zone: str = "#f6edd9"
    main: str = "#0072b2"
    second: str = "#d55e00"
    third: str = "#009e73"
    quiet: str = "#9aa3ad"

    @property
    def narrow(self) -> bool:
        """Tell whether the figure is made for a phone."""
        return self.width < 5


WIDE = Look(7.2, 4.0)
NARROW = Look(3.5, 3.7)
DARK = {
    "ink": "#e8eaed",
    "muted": "#9aa4b0",
    "hair": "#2b323b",
    "paper": "#161a20",
    "zone": "#2c2a22",
    "main": "#56b4e9",
    "second": "#e69f00",
    "third": "#2fc49a",
    "quiet": "#77828f",
}


def dark(look: Look) -> Look:
    """Give the same look for a dark page."""
    return replace(look, **DARK)  # type: ignore[arg-type]


@contextmanager
def canvas(look: Look) -> Iterator[tuple[Figure, Axes]]:
    """Give an empty figure with quiet axes."""
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
    }
    with matplotlib.rc_context(settings):
        layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1)
        figure = Figure((look.width, look.height), facecolor=look.paper, layout=layout)
        axes = figure.add_subplot(facecolor="none")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(length=0, pad=5)
        axes.grid(axis="y", color=look.hair, linewidth=0.8)
        axes.set_axisbelow(True)
        yield figure, axes


def svg(figure: Figure) -> str:
    """Write a figure as SVG: the same figure gives the same bytes, in the reader's own font."""
    stream = io.StringIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    figure.savefig(stream, format="svg", metadata=metadata, facecolor=figure.get_facecolor())
    return stream.getvalue().replace("'DejaVu Sans'", FONTS)
