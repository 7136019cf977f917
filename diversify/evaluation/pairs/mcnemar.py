"""Right and wrong answers of two arms to the same items."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from diversify.evaluation.pairs.aligned import Values


@dataclass(frozen=True)
class Discordant:
    """Items that exactly one of two models got right."""

    only_arm: int
    only_reference: int

    @property
    def items(self) -> int:
        """How many they are together."""
        return self.only_arm + self.only_reference

    @property
    def p(self) -> float:
        """Two-sided p-value of McNemar's exact test (Psychometrika 12, 1947).

        Were the arms alike, each discordant item would fall to either side like a coin.
        """
        if not self.items:
            return 1.0
        return float(stats.binomtest(self.only_arm, self.items, 0.5).pvalue)


def discordant(arm: Values, reference: Values) -> Discordant:
    """Count the items that one of two models alone got right; values are 0 or 1. (items,) each."""
    return Discordant(
        int(np.count_nonzero(arm > reference)), int(np.count_nonzero(arm < reference))
    )
