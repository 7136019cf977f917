"""Figures as files of their own, as README and docs show them."""

from collections.abc import Collection, Iterator
from itertools import count
from pathlib import Path

from diversify.io.whole import whole
from diversify.report.cluster_figure import draw_cluster_sizes
from diversify.report.documents import Experiment
from diversify.report.figures import draw_grid
from diversify.report.grids import find_grids
from diversify.report.law import draw_law, law_of
from diversify.report.looks import WIDE
from diversify.report.mixes import shown_sizes
from diversify.report.tracks.track import track_figures


def write_figures(experiment: Experiment, folder: Path, confidence: float = 0.95) -> list[Path]:
    """Write every figure of an experiment as SVG, and give the paths."""
    written = []
    for name, text in named_figures(experiment, confidence).items():
        path = folder / f"{experiment.name}-{name}.svg"
        with whole(path) as draft:
            draft.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def named_figures(experiment: Experiment, confidence: float) -> dict[str, str]:
    """Draw every figure; a second one of the same name takes a number."""
    drawn: dict[str, str] = {}
    for name, text in track_figures(experiment, WIDE) or grid_figures(experiment, confidence):
        drawn[unused(name, drawn)] = text
    sizes = shown_sizes(experiment)
    if sizes is not None:
        drawn["cluster-sizes"] = draw_cluster_sizes(sizes.before, sizes.after, WIDE)
    return drawn


def grid_figures(experiment: Experiment, confidence: float) -> Iterator[tuple[str, str]]:
    """Draw the figures of accuracy over a grid: name and SVG."""
    for grid in find_grids(experiment.scores, experiment.options):
        yield grid.view.name, draw_grid(grid, WIDE, confidence)
        law = law_of(grid)
        if law is not None:
            yield "law", draw_law(law, WIDE)


def unused(name: str, taken: Collection[str]) -> str:
    """Give a name that is free, by a number if need be."""
    numbered = (f"{name}-{number}" if number > 1 else name for number in count(1))
    return next(one for one in numbered if one not in taken)
