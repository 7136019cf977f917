"""One model on one test set, with everything that tells it from the others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from diversify.report.scored import Score


@dataclass(frozen=True)
class Result:
    """Right answers of one model on one test set."""

    values: Mapping[str, Any]
    """Its cell without the seed, and the name of the test set as `set`."""
    seed: int
    right: int
    rows: int
    judged: bool = False
    """Whether right means the structure asked for, rather than the exact text."""

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / self.rows

    def put(self, **values: Any) -> "Result":
        """Give the same result with further values."""
        return replace(self, values={**self.values, **values})

    def has(self, **wanted: Any) -> bool:
        """Tell whether it has these values."""
        return all(self.values.get(axis) == value for axis, value in wanted.items())


def results_of(scores: Iterable[Score]) -> list[Result]:
    """Spread scores over their test sets; equivalent answers make a set of their own."""
    found = []
    for score in scores:
        cell = {key: value for key, value in score.arm if value is not None}
        for name, one in score.sets.items():
            judged = one.structure is not None
            whole = Result({**cell, "set": name}, score.seed, one.right, one.rows, judged)
            found.append(whole)
            if one.equivalent is not None:
                found.append(replace(whole, right=one.equivalent).put(set=f"{name}_equivalent"))
    return found


def distinct(results: Iterable[Result], axis: str) -> list[Any]:
    """Values that an axis takes, in the order they first come."""
    return list(dict.fromkeys(one.values[axis] for one in results if axis in one.values))
