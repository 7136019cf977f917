"""A few sentences for each figure, worked out from its numbers; no effect is said aloud too."""

from collections.abc import Callable, Mapping

from diversify.report.panels import Grid
from diversify.report.sentences.markov import markov
from diversify.report.sentences.noops import noops
from diversify.report.sentences.occurrences import occurrences
from diversify.report.sentences.restricted import restricted
from diversify.report.sentences.rise import generalist, plain, threshold
from diversify.report.sentences.shares import shares
from diversify.report.sentences.specialist import specialist
from diversify.report.sentences.tails import encrypted, long_tail

SENTENCES: Mapping[str, Callable[[Grid, float], str]] = {
    "sweet spot": shares,
    "threshold": threshold,
    "no-ops": noops,
    "long tail": long_tail,
    "restricted semantics": restricted,
    "occurrences": occurrences,
    "encrypted": encrypted,
    "algebra generalist": generalist,
    "algebra specialist": specialist,
    "Markov algorithms": markov,
}
"""By kind of experiment; any other is told plainly, by its highest and its lowest place."""


def conclude(grid: Grid, confidence: float) -> str:
    """Say what a grid shows."""
    if grid.kind.sets and grid.kind.main not in grid.sets:
        return plain(grid, confidence)
    return SENTENCES.get(grid.kind.name, plain)(grid, confidence)
