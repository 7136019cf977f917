"""Scores of many models laid side by side, item by item; a missing item is an error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.errors import DataError

Values = NDArray[np.float64]
NAMED = 5
"""Items that an error names; the rest are counted."""


@dataclass(frozen=True, order=True)
class Model:
    """One trained model: an arm and the seed it was trained with."""

    arm: str
    seed: int


@dataclass(frozen=True, eq=False)
class TaskScores:
    """Every model on the same items, by one harness and one metric.

    A score is the sum of values over the sum of weights.
    """

    harness: str
    task: str
    metric: str
    models: tuple[Model, ...]
    items: tuple[str, ...]
    """In the order of their names."""
    values: Values
    """(models, items) float64"""
    weights: Values
    """(items,) float64, the same for every model."""

    @cached_property
    def scores(self) -> Values:
        """Score of each model, (models,)."""
        return np.asarray(self.values.sum(axis=1) / self.weights.sum(), dtype=np.float64)

    @cached_property
    def is_binary(self) -> bool:
        """Tell whether items are right or wrong, and all count the same."""
        return bool((self.weights == 1).all() and np.isin(self.values, (0.0, 1.0)).all())

    @cached_property
    def parts(self) -> Values:
        """What each item does to each score: (value - score * weight) / sum of weights.

        The score of a sample of items is, to first order, the score plus the sum of the sample's
        parts (linearisation of a ratio, Cochran, Sampling Techniques, 1977, section 6.3). For equal
        weights this is exact. (models, items)
        """
        apart = self.values - self.scores[:, None] * self.weights
        return np.asarray(apart / self.weights.sum(), dtype=np.float64)

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from others: harness, task and metric."""
        return self.harness, self.task, self.metric

    def rows_of(self, arm: str) -> dict[int, int]:
        """Places of an arm's models, by seed."""
        found = enumerate(self.models)
        return {model.seed: place for place, model in found if model.arm == arm}


def align(items: pd.DataFrame) -> list[TaskScores]:
    """Lay models side by side on each task and metric, in the order in which these first come.

    Args:
        items: columns harness, task, metric, arm, seed, item, value, weight, and file, which says
            where each was read.

    Raises:
        DataError: an item stands twice or is lacking in a model, weighs differently in two, or has
            a value that is no number or a weight that is not above zero.
    """
    key = ["harness", "task", "metric"]
    return [
        _aligned(*map(str, rows[key].iloc[0]), rows=rows)
        for _, rows in items.groupby(key, sort=False, observed=True)
    ]


def _aligned(harness: str, task: str, metric: str, *, rows: pd.DataFrame) -> TaskScores:
    parts = [part for _, part in rows.groupby(["arm", "seed"], sort=True, observed=True)]
    of_model = {
        Model(str(part["arm"].iloc[0]), int(part["seed"].iloc[0])): part.sort_values("item")
        for part in parts
    }
    what = f"{task} ({metric})"
    everything = np.unique(rows["item"].to_numpy(dtype=object).astype(str))
    for model, part in of_model.items():
        _check(model, part, everything, what)
    first, *others = of_model.items()
    weights = first[1]["weight"].to_numpy(dtype=np.float64)
    for model, part in others:
        _check_weights((first[0], model), part, weights, what)
    values = [part["value"].to_numpy(dtype=np.float64) for part in of_model.values()]
    return TaskScores(
        harness, task, metric, tuple(of_model), tuple(everything), np.stack(values), weights
    )


def _check(model: Model, part: pd.DataFrame, everything: NDArray[np.str_], what: str) -> None:
    place = f"{part['file'].iloc[0]}: arm {model.arm}, seed {model.seed}"
    own = part["item"].to_numpy(dtype=object).astype(str)
    twice = np.unique(own[1:][own[1:] == own[:-1]])
    if len(twice):
        raise DataError(f"{place}: items that stand twice in {what}: {named(twice)}")
    if len(own) < len(everything):
        lacking = np.setdiff1d(everything, own)
        raise DataError(
            f"{place}: lacks {len(lacking)} of {len(everything)} items of {what} that other models "
            f"have: {named(lacking)}; score every arm on the same items"
        )
    numbers = part[["value", "weight"]].to_numpy(dtype=np.float64)
    wrong = own[~np.isfinite(numbers).all(axis=1) | (numbers[:, 1] <= 0)]
    if len(wrong):
        raise DataError(
            f"{place}: values must be numbers and weights above zero, in {what}: {named(wrong)}"
        )


def _check_weights(
    models: tuple[Model, Model], part: pd.DataFrame, weights: Values, what: str
) -> None:
    differing = part["item"].to_numpy()[part["weight"].to_numpy(dtype=np.float64) != weights]
    if len(differing):
        first, second = (f"arm {one.arm}, seed {one.seed}" for one in models)
        raise DataError(
            f"{part['file'].iloc[0]}: items of {what} weigh differently for {first} and for "
            f"{second}: {named(differing)}; score both on the same test data"
        )


def named(names: Sequence[str] | NDArray[np.str_]) -> str:
    """Name the first few, and count the rest."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(str(name) for name in names[:NAMED]) + more


def shared(tasks: Sequence[TaskScores]) -> Iterator[list[TaskScores]]:
    """Group tasks that have the very same items, as base and extra tests of the same programs."""
    groups: dict[tuple[str, ...], list[TaskScores]] = {}
    for task in tasks:
        groups.setdefault(task.items, []).append(task)
    yield from groups.values()
