"""How many examples each rule gets: evenly, or by a power law with a long tail."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]


def examples_per_rule(
    rules: int, examples: int, shape: float | Literal["uniform"] = "uniform"
) -> Counts:
    """Share the examples out: (rules,), adding up to `examples` exactly.

    With a number a, shares follow the density f(x) = a x^(a-1) on (0, 1) (arXiv 2402.10891,
    section 4.4; arXiv 2410.04717, figure 3): the share of rule i of I is proportional to the
    density's quantile at (i + 1/2) / I, so a small a leaves most rules without an example.
    Rounded by largest remainders, ties to the lower rule.
    """
    if shape == "uniform":
        return examples // rules + (np.arange(rules) < examples % rules)
    weights = ((np.arange(rules) + 0.5) / rules) ** (1 / shape)
    wanted = examples * weights / weights.sum()
    counts: Counts = np.floor(wanted).astype(np.int64)
    by_remainder = np.argsort(counts - wanted, kind="stable")
    counts[by_remainder[: examples - int(counts.sum())]] += 1
    return counts


def effective_number(counts: Counts) -> float:
    """Count rules by their share: 1 / sum p^2 (inverse Simpson), `len(counts)` when even."""
    total = float(counts.sum())
    return total * total / float((counts.astype(np.float64) ** 2).sum())
