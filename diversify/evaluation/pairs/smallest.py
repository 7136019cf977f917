"""The smallest difference that so many items could show."""

from math import log2, sqrt

import numpy as np
from scipy import optimize, stats

from diversify.evaluation.pairs.aligned import TaskScores
from diversify.evaluation.pairs.crossed import Estimate
from diversify.evaluation.pairs.mcnemar import discordant


def smallest_of_answers(items: int, apart: float, alpha: float, power: float) -> float | None:
    """Smallest difference in the share of right answers that McNemar's test shows.

    Solves n d^2 = (z(1 - alpha/2) sqrt(s) + z(power) sqrt(s - d^2))^2 for d (Miettinen, Biometrics
    24, 1968; Connor, Biometrics 43, 1987), where s is the share of items on which the two arms
    differ: that seen, or d itself where fewer were seen than d needs.

    Args:
        items: how many both arms were asked.
        apart: share of items that exactly one of the two got right.
        alpha: level of the test, two-sided.
        power: chance of showing the difference.

    Returns:
        The difference, above 0 and up to 1; None where so few items can show none at all.
    """
    if items < log2(2 / alpha):  # all falling to one side would not be enough
        return None
    level, reach = stats.norm.ppf(1 - alpha / 2), stats.norm.ppf(power)
    seen = max(apart, 0.5 / items)

    def lead(difference: float) -> float:
        share = max(seen, difference)
        unsure = level * sqrt(share) + reach * sqrt(max(share - difference**2, 0.0))
        return float(sqrt(items) * difference - unsure)

    return float(optimize.brentq(lead, 0.0, 1.0))


def smallest_of_scores(estimate: Estimate, alpha: float, power: float) -> float | None:
    """Smallest difference that a t-test shows, given its standard error: (t + t') SE.

    The minimum detectable effect of Bloom (Evaluation Review 19, 1995): the quantiles of t at
    1 - alpha/2 and at the power. None where no spread was seen, which bounds nothing.
    """
    if estimate.error == 0:
        return None
    law = stats.t(estimate.freedom)
    return float((law.ppf(1 - alpha / 2) + law.ppf(power)) * estimate.error)


def smallest_of_models(
    task: TaskScores, own: int, other: int | None, alpha: float, power: float
) -> float | None:
    """Smallest difference that two models of a task could show.

    Args:
        task: the scores.
        own: place of a model.
        other: place of the one it is paired with; None: as if another model as good as this one
            answered independently, which asks for more than any pairing.
        alpha: level of the test, two-sided.
        power: chance of showing it.
    """
    items = len(task.items)
    if task.is_binary:
        score = float(task.scores[own])
        apart = (
            2 * score * (1 - score)
            if other is None
            else discordant(task.values[own], task.values[other]).items / items
        )
        return smallest_of_answers(items, apart, alpha, power)
    if items < 2:
        return None
    parts = task.parts[own] if other is None else task.parts[own] - task.parts[other]
    error = sqrt(items * float(np.var(parts, ddof=1)) * (2 if other is None else 1))
    return smallest_of_scores(Estimate(0, 0, 0, error, items - 1, 1), alpha, power)
