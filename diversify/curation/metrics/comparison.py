"""One measure of a set beside that of random draws, and whether it is more than chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Literal

Verdict = Literal["above", "below", "same"]

SHARES = ("cluster_entropy", "cluster_coverage", "distinct_")
"""How measures begin that are at most 1, as their intervals then are."""


@dataclass(frozen=True)
class Comparison:
    """A measure of a set, of the whole pool and of random draws."""

    name: str
    value: float
    pool: float
    draws: tuple[float, ...]
    low: float
    """Lower end of the interval in which one more random draw would lie."""
    high: float

    @property
    def random(self) -> float | None:
        """Mean over the random draws; None without any."""
        return fmean(self.draws) if self.draws else None

    @property
    def verdict(self) -> Verdict:
        """Say whether the set lies above the interval of random draws, below it, or within."""
        slack = 1e-9 * max(1.0, abs(self.value))  # of sums in another order
        if self.value > self.high + slack:
            return "above"
        return "below" if self.value < self.low - slack else "same"

    def summary(self) -> dict[str, Any]:
        """Lay it out for a document."""
        return {
            "name": self.name,
            "value": self.value,
            "pool": self.pool,
            "random": self.random,
            "low": self.low,
            "high": self.high,
            "draws": list(self.draws),
            "verdict": self.verdict,
        }


def compare(
    name: str, value: float, pool: float, draws: Sequence[float], confidence: float
) -> Comparison:
    """Put a measure beside the interval in which one more random draw would lie.

    A prediction interval of Student's t, mean +- t s sqrt(1 + 1/n) of n draws: the set is one more
    draw as far as chance goes. (The interval of the mean alone would be narrower, and most random
    draws would lie outside.) Without draws the interval is the value itself.
    """
    from scipy.special import stdtrit

    if not draws:
        return Comparison(name, value, pool, (), value, value)
    count = len(draws)
    quantile = float(stdtrit(count - 1, (1 + confidence) / 2))
    half = quantile * stdev(draws) * math.sqrt(1 + 1 / count)
    low, high = fmean(draws) - half, fmean(draws) + half
    if name.startswith(SHARES):
        low, high = max(low, 0.0), min(high, 1.0)
    return Comparison(name, value, pool, tuple(draws), low, high)
