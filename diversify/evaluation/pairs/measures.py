"""What models are compared by: one task and metric, or an average of several."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from diversify.evaluation.pairs.aligned import TaskScores, Values
from diversify.evaluation.pairs.averages import AVERAGES, HARNESSES, Average
from diversify.evaluation.pairs.resampling import Resampled

BITS = "bits_per_byte"
LOWER_IS_BETTER = (BITS,)
"""Metrics of which less is better."""


@dataclass(frozen=True, eq=False)
class Measure:
    """A weighted sum of task scores; of a single task, that task's."""

    name: str
    metric: str
    terms: tuple[tuple[float, TaskScores], ...]
    """What each task counts, and its scores."""
    is_average: bool = False

    @property
    def harness(self) -> str:
        """Who scored it; empty for an average."""
        return "" if self.is_average else self.terms[0][1].harness

    @property
    def is_binary(self) -> bool:
        """Tell whether it counts right answers to the items of one task."""
        return not self.is_average and self.terms[0][1].is_binary

    @property
    def is_share(self) -> bool:
        """Tell whether it lies between 0 and 1, so that it may be told in percent."""
        return all(task.is_binary for _, task in self.terms)

    @property
    def less_is_better(self) -> bool:
        """Tell whether a lower score is the better one."""
        return self.metric in LOWER_IS_BETTER

    @property
    def items(self) -> int:
        """Different items behind it."""
        return sum(map(len, {task.items for _, task in self.terms}))

    def seeds_of(self, arm: str) -> list[int]:
        """Seeds of an arm that every task of it was scored with."""
        found = [set(task.rows_of(arm)) for _, task in self.terms]
        return sorted(set.intersection(*found))

    def all_scores(self, seeds: Sequence[int]) -> Values:
        """Scores of every arm that has all these seeds, (arms, seeds)."""
        having = [arm for arm in arms_of([self]) if {*seeds} <= {*self.seeds_of(arm)}]
        return np.stack([self.scores(arm, seeds) for arm in having])

    def scores(self, arm: str, seeds: Sequence[int]) -> Values:
        """Score of an arm by seed, (seeds,)."""
        by_task = [weight * task.scores[_rows(task, arm, seeds)] for weight, task in self.terms]
        return np.asarray(np.sum(by_task, axis=0), dtype=np.float64)

    def parts(self, arm: str, seeds: Sequence[int]) -> list[Values]:
        """What each item does to these scores: an array for each set of items, (seeds, items).

        Tasks that have the very same items, as base and extra tests, make one such set.
        """
        found: dict[tuple[str, ...], Values] = {}
        for weight, task in self.terms:
            own = weight * task.parts[_rows(task, arm, seeds)]
            found[task.items] = found[task.items] + own if task.items in found else own
        return list(found.values())

    def draws(self, arm: str, seeds: Sequence[int], drawn: Resampled) -> Values:
        """Resampled mean over the seeds, (resamples,)."""
        by_task = [
            weight * drawn[task.key][:, _rows(task, arm, seeds)].mean(axis=1)
            for weight, task in self.terms
        ]
        return np.asarray(np.sum(by_task, axis=0), dtype=np.float64)

    def values(self, arm: str, seeds: Sequence[int]) -> Values:
        """Value of each item of its one task, (seeds, items)."""
        assert not self.is_average, f"{self.name} has no items of its own"
        task = self.terms[0][1]
        return task.values[_rows(task, arm, seeds)]


def _rows(task: TaskScores, arm: str, seeds: Sequence[int]) -> list[int]:
    places = task.rows_of(arm)
    return [places[seed] for seed in seeds]


def measures(tasks: Sequence[TaskScores]) -> list[Measure]:
    """Give every task, and every average whose tasks were all scored."""
    single = [Measure(task.task, task.metric, ((1.0, task),)) for task in tasks]
    return [*single, *(found for one in AVERAGES if (found := _average(one, tasks)) is not None)]


def _average(average: Average, tasks: Sequence[TaskScores]) -> Measure | None:
    first: dict[str, TaskScores] = {}
    for task in tasks:
        if task.harness in HARNESSES:
            first.setdefault(task.task, task)  # a harness names its main metric first
    if not average.weights.keys() <= first.keys():
        return None
    terms = tuple((weight, first[name]) for name, weight in average.weights.items())
    return Measure(average.name, "mean", terms, is_average=True)


def main_ones(found: Sequence[Measure]) -> list[Measure]:
    """Leave one metric of each task and harness: bits per byte, or else the first; and averages.

    Comparing by every metric would take from the power of those that matter.
    """
    main: dict[tuple[str, str], Measure] = {}
    for one in found:
        known = main.setdefault((one.harness, one.name), one)
        if one.metric == BITS and known.metric != BITS:
            main[one.harness, one.name] = one
    return list(main.values())


def arms_of(found: Sequence[Measure]) -> list[str]:
    """Name the arms that any measure scored, in the order of their names."""
    return sorted({model.arm for one in found for _, task in one.terms for model in task.models})
