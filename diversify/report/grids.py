"""Scores along one axis: accuracy by number of rules or by share, one curve for each test set."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from diversify.report.documents import Score
from diversify.report.intervals import Interval, over_seeds

AXES = ("instructions", "share")
"""What an experiment may vary; the first is the rewrite track, the second the data track."""


@dataclass(frozen=True)
class Point:
    """One model on one test set."""

    x: float
    seed: int
    exact: int
    rows: int

    @property
    def accuracy(self) -> float:
        """Share of exact answers."""
        return self.exact / self.rows


@dataclass(frozen=True)
class Mean:
    """Mean over the seeds at one place of the axis."""

    x: float
    accuracy: float
    interval: Interval | None


@dataclass(frozen=True)
class Grid:
    """Scores that differ in one axis and the seed alone."""

    axis: str
    rest: tuple[tuple[str, Any], ...]
    """What all of them share: the other keys of their cells."""
    curves: dict[str, tuple[Point, ...]]
    """Points by test set, ordered by place and seed."""

    def by_seed(self, name: str) -> dict[float, dict[int, float]]:
        """Accuracy on a test set, by place and seed."""
        places: dict[float, dict[int, float]] = {}
        for point in self.curves.get(name, ()):
            places.setdefault(point.x, {})[point.seed] = point.accuracy
        return places

    def means(self, name: str, confidence: float) -> list[Mean]:
        """Mean over seeds at each place, with its t-interval where there are two seeds or more."""
        return [
            Mean(x, sum(seeds.values()) / len(seeds), over_seeds(list(seeds.values()), confidence))
            for x, seeds in self.by_seed(name).items()
        ]

    @property
    def places(self) -> list[float]:
        """Places on the axis, ascending."""
        return sorted({point.x for curve in self.curves.values() for point in curve})

    @property
    def seeds(self) -> int:
        """Number of different seeds."""
        return len({point.seed for curve in self.curves.values() for point in curve})


def find_grids(scores: Iterable[Score]) -> list[Grid]:
    """Sort scores into grids; a score whose cell has no axis belongs to none."""
    gathered: dict[tuple[str, tuple[tuple[str, Any], ...]], dict[str, list[Point]]] = {}
    for score in scores:
        axis = next((name for name in AXES if is_number(score.cell.get(name))), None)
        if axis is None:
            continue
        rest = tuple((key, value) for key, value in score.arm if key != axis)
        curves = gathered.setdefault((axis, rest), {})
        for name, one in score.sets.items():
            x = float(score.cell[axis] or 0)
            curves.setdefault(name, []).append(Point(x, score.seed, one.exact, one.rows))
    return [
        Grid(axis, rest, {name: in_order(points) for name, points in curves.items()})
        for (axis, rest), curves in gathered.items()
    ]


def is_number(value: object) -> bool:
    """Tell whether a cell's value can stand on an axis."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def in_order(points: Iterable[Point]) -> tuple[Point, ...]:
    """Order points by place and seed."""
    return tuple(sorted(points, key=lambda point: (point.x, point.seed)))
