"""What a figure holds: places along one axis, curves over them, and small panels of curves."""

from dataclasses import dataclass
from typing import Any

from diversify.report.intervals import Interval, over_seeds
from diversify.report.kinds.axes import Axis, axis_of
from diversify.report.kinds.record import SETS, Kind, Stroke, View
from diversify.report.kinds.result import Result, distinct
from diversify.report.words import plain


@dataclass(frozen=True)
class Point:
    """One model on one test set."""

    x: Any
    seed: int
    right: int
    rows: int

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / self.rows


@dataclass(frozen=True)
class Mean:
    """Mean over the seeds at one place of the axis."""

    x: Any
    accuracy: float
    interval: Interval | None


@dataclass(frozen=True)
class Panel:
    """One pair of axes: a curve for each test set, or for each value of a second axis."""

    values: tuple[tuple[str, Any], ...]
    """What tells it from the other panels, by axis."""
    curves: dict[Any, tuple[Point, ...]]
    """Points by place and seed, in order."""

    def by_seed(self, curve: Any) -> dict[Any, dict[int, float]]:
        """Accuracy on a curve, by place and seed."""
        places: dict[Any, dict[int, float]] = {}
        for point in self.curves.get(curve, ()):
            places.setdefault(point.x, {})[point.seed] = point.accuracy
        return places

    def means(self, curve: Any, confidence: float) -> list[Mean]:
        """Mean over seeds at each place, with its t-interval where there are two seeds or more."""
        return [
            Mean(x, sum(seeds.values()) / len(seeds), over_seeds(list(seeds.values()), confidence))
            for x, seeds in self.by_seed(curve).items()
        ]


@dataclass(frozen=True)
class Grid:
    """Scores of one figure: they differ in its axes and the seed, and in nothing else."""

    kind: Kind
    view: View
    axis: str
    """What runs along x."""
    curve: str
    """What makes the curves: an axis, or `set`."""
    panels: tuple[Panel, ...]
    rest: tuple[tuple[str, Any], ...]
    """What all of them share: the other keys of their cells."""
    results: tuple[Result, ...]
    """Everything scored, on test sets that are not drawn too."""
    sets: tuple[str, ...]
    """Test sets that are drawn, the main one last."""

    @property
    def curves(self) -> dict[Any, tuple[Point, ...]]:
        """Points of the first panel."""
        return self.panels[0].curves

    def by_seed(self, curve: Any) -> dict[float, dict[int, float]]:
        """Accuracy on a curve of the first panel, by place, a number, and seed."""
        return self.panels[0].by_seed(curve)

    def means(self, curve: Any, confidence: float) -> list[Mean]:
        """Means on a curve of the first panel."""
        return self.panels[0].means(curve, confidence)

    def words(self, axis: str) -> Axis:
        """How an axis is told."""
        return axis_of(axis, distinct(self.results, axis))

    def values(self, axis: str) -> list[Any]:
        """Values that an axis takes, in their order."""
        return self.words(axis).places(distinct(self.results, axis))

    @property
    def main(self) -> str:
        """The test set that tells of what was never seen."""
        return self.sets[-1]

    @property
    def places(self) -> list[Any]:
        """Places on the axis of x, in their order."""
        found = {point.x for panel in self.panels for one in panel.curves.values() for point in one}
        return [place for place in self.values(self.axis) if place in found]

    @property
    def seeds(self) -> int:
        """Number of different seeds."""
        return len({one.seed for one in self.results})

    @property
    def measure(self) -> str:
        """What counts as a right answer."""
        return "right structure" if any(one.judged for one in self.results) else "exact answers"

    def stroke(self, name: str) -> Stroke:
        """How a test set is drawn and called."""
        return self.kind.sets.get(name) or Stroke(plain(name), "main")

    def told(self, **values: Any) -> list[Result]:
        """Results that have these values, on the main test set unless another is asked for."""
        wanted = {SETS: self.main, **values}
        return [one for one in self.results if one.has(**wanted)]
