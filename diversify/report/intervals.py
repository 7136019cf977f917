"""Intervals: over the test rows of one model, over seeds, and between two arms seed by seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import stdev

from scipy import stats


@dataclass(frozen=True)
class Interval:
    """An estimate and the interval around it."""

    center: float
    low: float
    high: float


@dataclass(frozen=True)
class PairedDifference(Interval):
    """Mean difference between two arms over the seeds they share."""

    p: float
    """Two-sided p-value of the paired t-test against no difference."""
    seeds: int


def wilson(exact: int, rows: int, confidence: float) -> Interval:
    """Wilson interval of a proportion: how far the test rows of one model pin down its accuracy."""
    found = stats.binomtest(exact, rows).proportion_ci(confidence, method="wilson")
    return Interval(exact / rows, float(found.low), float(found.high))


def over_seeds(accuracies: Sequence[float], confidence: float) -> Interval | None:
    """t-interval around the mean of one accuracy per seed, cut to 0..1; None with a single seed.

    Test rows of different seeds are never pooled: the seeds differ more than the rows tell.
    """
    count = len(accuracies)
    if count < 2:
        return None
    mean = sum(accuracies) / count
    spread = stdev(accuracies)
    half = float(stats.t.ppf((1 + confidence) / 2, count - 1)) * spread / count**0.5
    return Interval(mean, max(mean - half, 0.0), min(mean + half, 1.0))


def paired_t(
    first: Mapping[int, float], second: Mapping[int, float], confidence: float
) -> PairedDifference | None:
    """Mean of `first - second` over the seeds both have; None with fewer than two such seeds.

    Where every seed gives the same difference the interval has no width: a t-interval knows
    nothing but the spread it sees.
    """
    seeds = sorted(first.keys() & second.keys())
    if len(seeds) < 2:
        return None
    differences = [first[seed] - second[seed] for seed in seeds]
    mean = sum(differences) / len(seeds)
    error = stdev(differences) / len(seeds) ** 0.5
    if error < 1e-12:  # rounding aside, all the same
        return PairedDifference(mean, mean, mean, float(abs(mean) < 1e-12), len(seeds))
    law = stats.t(len(seeds) - 1)
    half = float(law.ppf((1 + confidence) / 2)) * error
    p = 2 * float(law.sf(abs(mean) / error))
    return PairedDifference(mean, mean - half, mean + half, p, len(seeds))
