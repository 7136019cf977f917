"""p-values corrected for the comparisons being many."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from diversify.config.tabulate import Correction


def corrected(p_values: Sequence[float], correction: Correction) -> list[float]:
    """Adjust p-values, so that each can be held against the level of a single test.

    holm: Holm (Scandinavian Journal of Statistics 6, 1979), step down: the chance of any false
    alarm; benjamini-hochberg: Benjamini and Hochberg (Journal of the Royal Statistical Society B
    57, 1995), step up: the share of false alarms; none: as they are.
    """
    if not p_values or correction == "none":
        return list(p_values)
    if correction == "benjamini-hochberg":
        return [float(p) for p in stats.false_discovery_control(p_values, method="bh")]
    return _holm(p_values)


def _holm(p_values: Sequence[float]) -> list[float]:
    given = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    scaled = given[order] * np.arange(len(given), 0, -1)
    adjusted = np.empty_like(given)
    adjusted[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return [float(p) for p in adjusted]
