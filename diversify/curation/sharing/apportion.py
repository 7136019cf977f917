"""Share whole rows out: Webster's method within bounds, and an order in which every head is fair.

Balinski and Young (1982), "Fair Representation": divisor methods are house-monotone (one row more
takes a row from nobody), which largest remainders are not. Webster's divides each weight by one
common number and rounds; here within a lower and an upper bound for each group.
"""

import heapq
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from diversify.config.mix import MixOptions

Counts = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]

EXPONENTS = {"proportional": 1.0, "capped": 1.0, "uniform": 0.0, "square-root": 0.5, "free": 1.0}
"""Power of a cluster's size that its weight is; temperature has 1 / temperature."""


def apportion(weights: Weights, seats: int, lower: Counts, upper: Counts) -> Counts:
    """Share `seats` out by Webster's method; group i gets at least lower[i], at most upper[i].

    Each seat goes to the group with the largest weight / (2 seats + 1) among those below their
    upper bound; ties go to the first. Takes O((groups + seats) log groups).

    Raises:
        ValueError: the bounds leave no way to share out exactly so many seats.
    """
    if not lower.sum() <= seats <= upper.sum() or (lower > upper).any():
        raise ValueError(f"{seats} seats do not fit between {lower.sum()} and {upper.sum()}")
    counts = np.clip(_safe_start(weights, seats, lower, upper), lower, upper)
    waiting = [
        (-weight / (2 * count + 1), group)
        for group, (weight, count, most) in enumerate(zip(weights, counts, upper, strict=True))
        if count < most
    ]
    heapq.heapify(waiting)
    for _ in range(seats - int(counts.sum())):
        _, group = heapq.heappop(waiting)
        counts[group] += 1
        if counts[group] < upper[group]:
            heapq.heappush(waiting, (-weights[group] / (2 * counts[group] + 1), group))
    return counts


def _safe_start(weights: Weights, seats: int, lower: Counts, upper: Counts) -> Counts:
    """Give each group seats that Webster gives it anyhow, so that few are dealt out one by one."""
    low, high = 0.0, (seats + 1.0) / max(float(weights.max(initial=0.0)), 1e-300)
    for _ in range(60):  # bisects on how many seats a unit of weight is worth
        middle = (low + high) / 2
        given = np.clip(np.floor(weights * middle + 0.5), lower, upper)
        low, high = (middle, high) if given.sum() <= seats else (low, middle)
    # a little less than the last that fits: rounding must not hand out a seat of another
    start: Counts = np.maximum(np.floor(weights * low + 0.5) - 1, 0).astype(np.int64)
    return start


def allocation_weights(sizes: Counts, options: MixOptions) -> Weights:
    """Turn the sizes of clusters into the weights that the allocation shares out by."""
    power = EXPONENTS.get(options.allocation, 1 / options.temperature)
    weights: Weights = np.where(sizes > 0, np.power(sizes.astype(np.float64), power), 0.0)
    return weights


def turns(weights: Sequence[int], seats: int) -> npt.NDArray[np.intp]:
    """Say whose turn each seat is, so that every head gives each group its share within a row.

    Tijdeman (1980), "The chairman assignment problem": of n groups, whoever is owed at least
    1 / (2n - 2) of a seat may have the next one, and the one who would be the first to be owed
    more than 1 - 1 / (2n - 2) gets it. No head is off by more than that, for any weights. For two
    groups it is Webster's method; for more, Webster's alone can be off by several rows.

    Whole numbers throughout; ties go to the first. Takes O(seats x groups).
    """
    groups = [group for group, weight in enumerate(weights) if weight]
    if len(groups) < 2:
        return np.full(seats, groups[0] if groups else 0, dtype=np.intp)
    total, parts = sum(weights), 2 * len(groups) - 2
    taken = dict.fromkeys(groups, 0)
    order = np.empty(seats, dtype=np.intp)
    for seat in range(seats):
        best = -1
        for group in groups:
            owed = weights[group] * (seat + 1) - taken[group] * total
            if owed * parts >= total and (
                best < 0
                or ((taken[group] + 1) * parts - 1) * weights[best]
                < ((taken[best] + 1) * parts - 1) * weights[group]
            ):
                best = group
        order[seat] = best
        taken[best] += 1
    return order


def interleave(
    costs: Sequence[npt.NDArray[np.int64]], weights: Sequence[float]
) -> npt.NDArray[np.intp]:
    """Merge the rows of several groups by Webster's rule: positions in their concatenation.

    The j-th row of a group comes when the middle of it, in what the group has spent so far, is
    due: (spent before + cost / 2) / weight. With rows of cost 1 that is (j - 1/2) / weight, the
    order in which `apportion` deals out seats.
    """
    due = [
        (np.cumsum(cost) - cost / 2) / weight for cost, weight in zip(costs, weights, strict=True)
    ]
    return np.argsort(np.concatenate(due), kind="stable") if due else np.empty(0, dtype=np.intp)
