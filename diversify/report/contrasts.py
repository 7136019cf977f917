"""Is one arm above another? By their seeds where there are enough, else by their test rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from statistics import mean

from diversify.report.intervals import paired_t, wilson
from diversify.report.kinds.result import Result


@dataclass(frozen=True)
class Contrast:
    """Difference between two arms."""

    difference: float
    """Mean of the first minus mean of the second."""
    clear: bool
    """Whether it is significant."""
    p: float | None
    """Two-sided p-value over seeds; None where test rows of single seeds decide."""
    seeds: int
    """Seeds that both have."""

    @property
    def rises(self) -> bool:
        """Tell whether the first is significantly above the second."""
        return self.clear and self.difference > 0

    @property
    def falls(self) -> bool:
        """Tell whether the first is significantly below the second."""
        return self.clear and self.difference < 0


def contrast(
    first: Sequence[Result], second: Sequence[Result], confidence: float
) -> Contrast | None:
    """Compare two arms seed by seed; None where one has no result.

    By the paired t-interval over common seeds; with fewer than two of them, by Wilson intervals
    over the test rows, all of one arm above all of the other.
    """
    if not first or not second:
        return None
    difference = average(first) - average(second)
    gap = paired_t(by_seed(first), by_seed(second), confidence)
    if gap is not None:
        return Contrast(gap.center, gap.low > 0 or gap.high < 0, gap.p, gap.seeds)
    return Contrast(difference, are_apart(first, second, confidence), None, 1)


def are_apart(first: Sequence[Result], second: Sequence[Result], confidence: float) -> bool:
    """Tell whether no Wilson interval of one arm meets one of the other, all on the same side."""
    bars = [[wilson(one.right, one.rows, confidence) for one in arm] for arm in (first, second)]
    pairs = list(product(*bars))
    return all(a.low > b.high for a, b in pairs) or all(a.high < b.low for a, b in pairs)


def by_seed(results: Sequence[Result]) -> dict[int, float]:
    """Accuracy by seed."""
    return {one.seed: one.accuracy for one in results}


def average(results: Sequence[Result]) -> float:
    """Mean accuracy; each seed counts the same."""
    return mean(one.accuracy for one in results)
