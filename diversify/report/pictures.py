"""Figures in every form a page needs: wide and for phones, light and dark."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from diversify.report.cluster_figure import draw_cluster_sizes
from diversify.report.figures import draw_grid
from diversify.report.law import Law, draw_law
from diversify.report.looks import NARROW, WIDE, dark
from diversify.report.panels import Grid

LOOKS = (WIDE, NARROW, dark(WIDE), dark(NARROW))
"""In the order of a picture's forms."""


@dataclass(frozen=True)
class Picture:
    """A figure in every form, as data URIs."""

    wide: str
    narrow: str
    wide_dark: str
    narrow_dark: str


def grid_picture(grid: Grid, confidence: float) -> Picture:
    """Draw a grid in every form."""
    return picture([draw_grid(grid, look, confidence) for look in LOOKS])


def law_picture(law: Law) -> Picture:
    """Draw a power law in every form."""
    return picture([draw_law(law, look) for look in LOOKS])


def cluster_picture(before: Sequence[int], after: Sequence[int] | None) -> Picture:
    """Draw cluster sizes in every form."""
    return picture([draw_cluster_sizes(before, after, look) for look in LOOKS])


def picture(forms: Sequence[str]) -> Picture:
    """Turn SVG texts into data URIs: as images, they share no ids and run no scripts."""
    return Picture(*(data_uri(form) for form in forms))


def data_uri(form: str) -> str:
    """Write an SVG text as a data URI."""
    return "data:image/svg+xml;base64," + base64.b64encode(form.encode()).decode()
