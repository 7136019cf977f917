"""What an experiment found: each figure with its question, its sentences and its tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from diversify.report.conclusions import conclude
from diversify.report.cross import Crossed, cross_tables
from diversify.report.documents import Experiment
from diversify.report.grids import find_grids
from diversify.report.kinds.record import SETS
from diversify.report.kinds.result import distinct
from diversify.report.law import Law, in_words, law_of
from diversify.report.panels import Grid
from diversify.report.pictures import Picture, grid_picture, law_picture
from diversify.report.words import cell_value, percent, plain


@dataclass(frozen=True)
class Finding:
    """A figure: what was asked, what came out, what it shows."""

    asked: str
    sentence: str
    caption: str
    picture: Picture
    tables: list[Crossed] = field(default_factory=list)


def findings(experiment: Experiment, confidence: float) -> Iterator[Finding]:
    """Draw every figure of an experiment and say what it shows."""
    for grid in find_grids(experiment.scores, experiment.options):
        yield Finding(
            asked=grid.view.asked or grid.kind.asked,
            sentence=conclude(grid, confidence),
            caption=caption(grid, confidence),
            picture=grid_picture(grid, confidence),
            tables=cross_tables(grid, confidence),
        )
        law = law_of(grid)
        if law is not None:
            yield of_law(law)


def of_law(law: Law) -> Finding:
    """Draw a power law beside the accuracies that it led to."""
    return Finding(
        asked="How much of the training set does each rule get?",
        sentence=in_words(law),
        caption="Worked out from the law itself, not counted.",
        picture=law_picture(law),
    )


def caption(grid: Grid, confidence: float) -> str:
    """Say what is drawn, what all models share, what is left out, and what the papers found."""
    told = [drawn_in_words(grid, percent(confidence))]
    if grid.rest:
        rest = ", ".join(f"{plain(key)} {cell_value(key, value)}" for key, value in grid.rest)
        told.append(f"Same for all: {rest}.")
    scored = [name for name in distinct(grid.results, SETS) if not name.endswith("_equivalent")]
    left = [name for name in scored if name not in grid.sets]
    if left:
        told.append(f"Not drawn, but in the table of all scores: {', '.join(map(plain, left))}.")
    if grid.kind.papers:
        told.append(f"Papers, at their scale: {grid.kind.papers}.")
    return " ".join(told)


def drawn_in_words(grid: Grid, level: str) -> str:
    """Say what markers, bars, lines and bands are."""
    bars = grid.words(grid.axis).scale == "bars"
    if grid.seeds == 1:
        name = "whiskers" if bars else "bars"
        return f"One seed; {name} are {level} Wilson intervals over its test rows."
    mean = "the bar is the mean over seeds, the broad stroke" if bars else (
        "the line is the mean over seeds, the band"
    )  # fmt: skip
    return (
        f"A marker for each seed, with its {level} Wilson interval over the test rows; "
        f"{mean} its {level} t-interval."
    )
