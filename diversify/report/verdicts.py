"""Which arm is best: a name only where the seeds allow one, and a sentence either way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diversify.report.intervals import PairedDifference, paired_t
from diversify.report.words import percent

Accuracies = Mapping[Any, Mapping[int, float]]
"""Accuracy by arm and seed; an arm is a share, a list of occurrences ..."""


@dataclass(frozen=True)
class Speech:
    """How arms are spoken of."""

    noun: str = "share"
    say: Callable[[Any], str] = percent


SHARES = Speech()


@dataclass(frozen=True)
class Comparison:
    """The leading arm against one other."""

    arm: Any
    difference: PairedDifference


@dataclass(frozen=True)
class Verdict:
    """What the seeds say of the best arm."""

    leader: Any
    """Arm with the highest mean; None where nothing was compared."""
    best: Any
    """The leader, where it beats every other arm; else None."""
    sentence: str
    comparisons: tuple[Comparison, ...] = ()


def best_of(accuracies: Accuracies, confidence: float, speech: Speech = SHARES) -> Verdict:
    """Name the best arm only if its lead over every other one stands seed by seed.

    The arm with the highest mean is compared with each other one by a paired t-test over their
    common seeds, and named when every lead is significant after Holm's correction; each plain
    paired interval then excludes zero too. Ties go to the arm that comes first.
    """
    noun, say = speech.noun, speech.say
    if len(accuracies) < 2:
        return Verdict(
            None, None, f"Fewer than two {noun}s were tried, so none can be called best."
        )
    leader = max(accuracies, key=lambda arm: mean(accuracies[arm]))
    others = [arm for arm in accuracies if arm != leader]
    if len({mean(by_seed) for by_seed in accuracies.values()}) == 1:
        return Verdict(leader, None, f"All {noun}s tried scored alike, so none is called best.")
    found = [paired_t(accuracies[leader], accuracies[arm], confidence) for arm in others]
    pairs = zip(others, found, strict=True)
    compared = tuple(Comparison(arm, gap) for arm, gap in pairs if gap is not None)
    if len(compared) < len(others):
        return Verdict(leader, None, lacking_seeds(accuracies, leader, speech), compared)
    if holm([one.difference.p for one in compared], 1 - confidence):
        sentence = (
            f"{say(leader)} is the best {noun} tried: seed by seed it is above every other one "
            f"(paired t-tests over {fewest_seeds(compared)} seeds, Holm's correction, "
            f"{percent(confidence)} level)."
        )
        return Verdict(leader, leader, sentence, compared)
    return Verdict(leader, None, undecided(leader, compared, confidence, speech), compared)


def holm(p_values: Sequence[float], alpha: float) -> bool:
    """Tell whether every one of the tests is significant after Holm's correction."""
    ordered = sorted(p_values)
    return all(p <= alpha / (len(ordered) - index) for index, p in enumerate(ordered))


def lacking_seeds(accuracies: Accuracies, leader: Any, speech: Speech) -> str:
    """Say why no interval over seeds can be had."""
    highest = [arm for arm, own in accuracies.items() if mean(own) == mean(accuracies[leader])]
    first = f"{' and '.join(map(speech.say, highest))} scored highest, but "
    if len({seed for by_seed in accuracies.values() for seed in by_seed}) == 1:
        return f"{first}one seed allows no interval over seeds, so no {speech.noun} is called best."
    return (
        f"{first}some {speech.noun}s have fewer than two seeds in common with it, "
        f"so no {speech.noun} is called best."
    )


def undecided(
    leader: Any, compared: Sequence[Comparison], confidence: float, speech: Speech
) -> str:
    """Say that the data single out no arm, and show the closest rival."""
    rival = max(compared, key=lambda one: one.difference.p)
    gap = rival.difference
    reading = "zero is within reach" if gap.low <= 0 else "too wide after Holm's correction"
    return (
        f"The data do not single out a best {speech.noun}: {speech.say(leader)} has the highest "
        f"mean, but its lead over {speech.say(rival.arm)} is {gap.center:+.2f}, "
        f"{percent(confidence)} interval {gap.low:+.2f} to {gap.high:+.2f} over {gap.seeds} seeds "
        f"({reading})."
    )


def fewest_seeds(compared: Sequence[Comparison]) -> int:
    """Seeds in the comparison that has the fewest."""
    return min(one.difference.seeds for one in compared)


def mean(by_seed: Mapping[int, float]) -> float:
    """Mean accuracy over seeds."""
    return sum(by_seed.values()) / len(by_seed)
