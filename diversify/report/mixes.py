"""What the mixes of an experiment did: rows by source, and cluster sizes before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from diversify.report.documents import Experiment, Found
from diversify.report.grids import find_grids
from diversify.report.verdicts import mean
from diversify.report.words import cell_name


@dataclass(frozen=True)
class Sizes:
    """Rows in each cluster."""

    before: list[int]
    after: list[int] | None
    cell: str
    """Name of the mix shown; empty where there is none."""


def shown_sizes(experiment: Experiment) -> Sizes | None:
    """Choose the mix whose clusters are shown: the best scored share's, else the first.

    Without a mix, the clusters of the pool alone.
    """
    mixes = [found for found in experiment.of("mix") if sizes_of(found) is not None]
    if mixes:
        share = best_scored(experiment)
        fitting = [found for found in mixes if share is not None and share_of(found) == share]
        return sizes_of((fitting or mixes)[0])
    for found in experiment.of("cluster"):
        sizes = whole_numbers(found.content.get("sizes"))
        if sizes:
            return Sizes(sizes, None, "")
    return None


def sizes_of(found: Found) -> Sizes | None:
    """Cluster sizes of one mix, if its summary holds them."""
    both = found.content.get("cluster_sizes")
    if not isinstance(both, dict):
        return None
    before, after = whole_numbers(both.get("before")), whole_numbers(both.get("after"))
    if not before or len(before) != len(after):
        return None
    return Sizes(before, after, cell_name(found))


def best_scored(experiment: Experiment) -> float | None:
    """Share with the highest mean accuracy on unseen instructions."""
    for grid in find_grids(experiment.scores):
        if grid.axis == "share" and "unseen" in grid.curves:
            places = grid.by_seed("unseen")
            return max(sorted(places), key=lambda share: mean(places[share]))
    return None


def share_of(found: Found) -> Any:
    """Share of a mix that went to other sources than the core, as its cell says."""
    cell = found.content.get("cell")
    return cell.get("share") if isinstance(cell, dict) else None


def whole_numbers(values: object) -> list[int]:
    """Give a list of numbers, or an empty one where it is something else."""
    if not isinstance(values, Sequence) or isinstance(values, str):
        return []
    return [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
