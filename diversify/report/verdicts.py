"""Which share is best: a name only where the seeds allow one, and a sentence either way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from diversify.report.intervals import PairedDifference, paired_t

Accuracies = Mapping[float, Mapping[int, float]]
"""Accuracy by share and seed."""


@dataclass(frozen=True)
class Comparison:
    """The leading share against one other share."""

    share: float
    difference: PairedDifference


@dataclass(frozen=True)
class Verdict:
    """What the seeds say of the best share."""

    leader: float | None
    """Share with the highest mean; None where nothing was compared."""
    best: float | None
    """The leader, where it beats every other share; else None."""
    sentence: str
    comparisons: tuple[Comparison, ...] = ()


def best_share(accuracies: Accuracies, confidence: float) -> Verdict:
    """Name the best share only if its lead over every other share stands seed by seed.

    The share with the highest mean is compared with each other one by a paired t-test over their
    common seeds, and named when every lead is significant after Holm's correction; each plain
    paired interval then excludes zero too. Ties go to the lower share.
    """
    if len(accuracies) < 2:
        return Verdict(None, None, "Fewer than two shares were tried, so none can be called best.")
    leader = max(sorted(accuracies), key=lambda share: mean(accuracies[share]))
    others = [share for share in sorted(accuracies) if share != leader]
    found = [paired_t(accuracies[leader], accuracies[share], confidence) for share in others]
    pairs = zip(others, found, strict=True)
    compared = tuple(Comparison(share, gap) for share, gap in pairs if gap is not None)
    if len(compared) < len(others):
        return Verdict(leader, None, lacking_seeds(accuracies, leader), compared)
    if holm([one.difference.p for one in compared], 1 - confidence):
        sentence = (
            f"{percent(leader)} is the best share tried: seed by seed it is above every other one "
            f"(paired t-tests over {fewest_seeds(compared)} seeds, Holm's correction, "
            f"{percent(confidence)} level)."
        )
        return Verdict(leader, leader, sentence, compared)
    return Verdict(leader, None, undecided(leader, compared, confidence), compared)


def holm(p_values: Sequence[float], alpha: float) -> bool:
    """Tell whether every one of the tests is significant after Holm's correction."""
    ordered = sorted(p_values)
    return all(p <= alpha / (len(ordered) - index) for index, p in enumerate(ordered))


def lacking_seeds(accuracies: Accuracies, leader: float) -> str:
    """Say why no interval over seeds can be had."""
    if len({seed for by_seed in accuracies.values() for seed in by_seed}) == 1:
        return (
            f"{percent(leader)} scored highest, but one seed allows no interval over seeds, "
            "so no share is called best."
        )
    return (
        f"{percent(leader)} scored highest, but some shares have fewer than two seeds in common "
        "with it, so no share is called best."
    )


def undecided(leader: float, compared: Sequence[Comparison], confidence: float) -> str:
    """Say that the data single out no share, and show the closest rival."""
    rival = max(compared, key=lambda one: one.difference.p)
    gap = rival.difference
    reading = "zero is within reach" if gap.low <= 0 else "too wide after Holm's correction"
    return (
        f"The data do not single out a best share: {percent(leader)} has the highest mean, "
        f"but its lead over {percent(rival.share)} is {gap.center:+.2f}, {percent(confidence)} "
        f"interval {gap.low:+.2f} to {gap.high:+.2f} over {gap.seeds} seeds ({reading})."
    )


def fewest_seeds(compared: Sequence[Comparison]) -> int:
    """Seeds in the comparison that has the fewest."""
    return min(one.difference.seeds for one in compared)


def mean(by_seed: Mapping[int, float]) -> float:
    """Mean accuracy over seeds."""
    return sum(by_seed.values()) / len(by_seed)


def percent(share: float) -> str:
    """Write a share as people say it: 0.25 is `25 %`."""
    return f"{100 * share:.4g} %"
