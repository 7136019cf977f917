"""How the core and the other sources share a budget, and whether there are rows enough for it."""

from fractions import Fraction
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from diversify.config.mix import MixOptions
from diversify.errors import DataError

IntOrInts = TypeVar("IntOrInts", int, npt.NDArray[np.int64])
Flags = npt.NDArray[np.bool_]


def core_rows(budget: IntOrInts, share: float) -> IntOrInts:
    """Give the core its share of a budget, half a row rounded up; for one budget or for many.

    Whole numbers throughout: 0.145 of 100 is 15, though the nearest float to 0.145 is below it.
    """
    exact = Fraction(share).limit_denominator(1_000_000)
    return (2 * exact.numerator * budget + exact.denominator) // (2 * exact.denominator)


def core_places(budget: int, share: float) -> Flags:
    """Say of each place in the order of picks whether it is the core's.

    Each head of the order holds what the core gets of a budget of that size: within half a row of
    its share, and a smaller mix is the head of a larger one.
    """
    so_far = core_rows(np.arange(budget + 1), share)
    return so_far[1:] > so_far[:-1]


def check_supply(core: int, others: int, options: MixOptions) -> None:
    """Make sure that there are rows enough: `core` of the core, `others` of the other sources.

    Raises:
        DataError: there are not; the message says what is there, what is needed and what would do.
    """
    budget, share = options.budget, options.core_share
    if share is None:
        if budget > others:
            raise DataError(
                f"budget {budget} is more than the {others} rows there are: "
                f"lower --budget to {others} or add sources"
            )
        return
    faults = [
        f"{who} has {have} rows, but {part:g} of {budget} needs {need}"
        for who, have, part, need in (
            (f"core '{options.core}'", core, share, core_rows(budget, share)),
            ("the rest", others, 1 - share, budget - core_rows(budget, share)),
        )
        if have < need
    ]
    if faults:
        most = _largest_budget(core, others, options)
        raise DataError(f"{'; '.join(faults)}: lower --budget to {most} or change --core-share")


def _largest_budget(core: int, others: int, options: MixOptions) -> int:
    """Find the largest budget that these rows can fill at this share."""
    budgets = np.arange(options.budget + 1)
    for_core = core_rows(budgets, options.core_share or 0.0)
    return int(np.flatnonzero((for_core <= core) & (budgets - for_core <= others))[-1])
