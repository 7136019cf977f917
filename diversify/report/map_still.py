"""The map as a still image: each cell in the colours of its sources, stronger where rows crowd."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.image import imsave
from numpy.typing import NDArray

from diversify.io.whole import whole
from diversify.report.looks import Look, canvas, svg
from diversify.report.map_density import MOST_GRIDS, Density, counts_of
from diversify.report.map_view import LIGHT, SHORT_NAME, MapView, cut

LOOK = Look(7.2, 7.6)
DOTS = 220
"""Dots per inch of a PNG."""
LONGEST_TITLE = 70
"""Characters of a title that fit above the map."""
UNSIGNED: dict[str, Any] = {"Software": None}
"""No release of matplotlib in a PNG, so that the bytes hang on the picture alone."""
FAINTEST = 0.65
"""How strongly a cell with a single row shows."""


def write_still(path: Path, view: MapView, title: str) -> None:
    """Write the map as SVG or PNG, with its legend and how it was made."""
    with canvas(LOOK) as (figure, axes):
        assert view.density is not None, "a still image draws the density layer"
        axes.imshow(cell_colours(view.density), interpolation="nearest")
        axes.set_axis_off()
        # texts of the user, so a `$` begins no formula
        axes.set_title(f"{cut(title, LONGEST_TITLE)}\n", loc="left", parse_math=False)
        axes.text(
            0,
            1.01,
            view.method,
            fontsize="small",
            color=LOOK.muted,
            transform=axes.transAxes,
            parse_math=False,
        )
        names = sorted(view.rows or set(view.sources))
        if len(view.density.grids) == len(names) <= MOST_GRIDS:
            _name_colours(figure, names)
        with whole(path) as draft:
            _save(figure, draft)


def _name_colours(figure: Figure, names: Sequence[str]) -> None:
    """Name each source in its colour."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", linestyle="", color=colour, label=cut(name, SHORT_NAME))
        for name, colour in zip(names, LIGHT, strict=False)
    ]
    legend = figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    for text in legend.get_texts():
        text.set_parse_math(False)


def _save(figure: Figure, path: Path) -> None:
    if path.suffix.lower() == ".svg":
        path.write_text(svg(figure), encoding="utf-8")
    else:
        figure.savefig(path, dpi=DOTS, facecolor=LOOK.paper, metadata=UNSIGNED)


def still_png(density: Density) -> bytes:
    """Give the bare cells as a PNG that shows on a light and on a dark page."""
    stream = io.BytesIO()
    imsave(stream, cell_colours(density), format="png", metadata=UNSIGNED)
    return stream.getvalue()


def cell_colours(density: Density) -> NDArray[np.float64]:
    """Mix the colours of a cell's sources by their counts.

    How opaque a cell is rises with the logarithm of its count.  # (bins, bins, 4), from 0 to 1
    """
    counts = np.stack([counts_of(grid) for grid in density.grids], axis=-1)  # (bins^2, sources)
    total = counts.sum(axis=1)
    names = np.array([to_rgb(colour) for colour in LIGHT])[: counts.shape[1]]
    colours = counts @ names / np.where(total, total, 1)[:, None]
    height = np.log1p(total) / max(np.log1p(total.max(initial=0)), 1e-9)
    opacity = np.where(total > 0, FAINTEST + (1 - FAINTEST) * height, 0)
    cells = np.concatenate([colours, opacity[:, None]], axis=1)
    squares: NDArray[np.float64] = np.clip(cells, 0, 1).reshape(density.bins, density.bins, 4)
    return squares
