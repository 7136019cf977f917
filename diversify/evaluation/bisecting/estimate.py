"""The threshold over seeds, with its interval, in steps of the axis' resolution."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean, stdev

from scipy import stats

from diversify.evaluation.bisecting.axis import Axis, Number


@dataclass(frozen=True)
class Estimate:
    """Mean of the seeds' thresholds and its interval, as places on the axis."""

    centre: float
    half: float
    """Half the interval's width."""
    spread: float
    """Standard deviation of a seed's threshold, the width of its bracket included."""
    unavoidable: float
    """Part of `half` that no further seed can take away: the width of brackets that cannot be
    narrowed."""
    seeds: int

    def values(self, axis: Axis) -> tuple[float, float, float]:
        """Give low, centre and high as values of the axis: a geometric mean on a log scale.

        The interval is cut to the range, within which every seed passes the level.
        """
        low, centre, high = (
            axis.value(place)
            for place in (self.centre - self.half, self.centre, self.centre + self.half)
        )
        return max(low, axis.low), centre, min(high, axis.high)


def estimate(
    axis: Axis,
    brackets: Sequence[tuple[Number, Number]],
    confidence: float,
    margin: float = 1.0,
) -> Estimate:
    """Take the mean of the brackets' middles, and a t-interval widened where it has to be.

    The middle of a bracket of a shifted ladder errs evenly to both sides, independently from seed
    to seed, so its error is in the spread that the t-interval sees (see `Axis.ladder`). Brackets
    wider than a step, or that the axis allows no narrower, may err all to the same side: half
    their mean width is added.

    Args:
        axis: Gives values their places.
        brackets: The ends of each seed's bracket, two seeds at least.
        confidence: Of the t-interval.
        margin: Factor on the t-interval, for one that was looked at before.
    """
    places = [(axis.place(low), axis.place(high)) for low, high in brackets]
    middles = [(low + high) / 2 for low, high in places]
    # rounding to whole numbers makes a step a little wider now and then
    stiff = [
        high - low if axis.unavoidable(*bracket) or high - low > 1.5 else 0.0
        for bracket, (low, high) in zip(brackets, places, strict=True)
    ]
    unavoidable = fmean(stiff) / 2
    spread = stdev(middles)
    half = margin * _half_width(spread, len(middles), confidence) + unavoidable
    return Estimate(fmean(middles), half, spread, unavoidable, len(middles))


def seeds_needed(found: Estimate, confidence: float, margin: float, most: int) -> int:
    """Say how many seeds bring the interval within a step if their spread stays; `most` at most."""
    room = 1 - found.unavoidable
    for seeds in range(found.seeds + 1, most):
        if margin * _half_width(found.spread, seeds, confidence) <= room:
            return seeds
    return most


def _half_width(spread: float, seeds: int, confidence: float) -> float:
    return _quantile(confidence, seeds - 1) * spread / math.sqrt(seeds)


@cache
def _quantile(confidence: float, freedom: int) -> float:
    """Student's t that a share of all draws, `confidence`, does not exceed in size."""
    return float(stats.t.ppf((1 + confidence) / 2, freedom))
