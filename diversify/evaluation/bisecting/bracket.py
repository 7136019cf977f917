"""One seed: between which of its points it passes the level, and what it tries next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from diversify.evaluation.bisecting.axis import Number


@dataclass(frozen=True)
class Point:
    """Accuracy of one model: one value of the axis, one seed."""

    exact: int
    """Test rows answered exactly."""
    rows: int
    low: float
    """Lower end of the interval of its accuracy."""
    high: float
    """Upper end of it."""

    @property
    def accuracy(self) -> float:
        """Share of exact answers."""
        return self.exact / self.rows

    def above(self, level: float) -> bool:
        """Say whether its accuracy is the level or more."""
        return self.accuracy >= level

    def uncertain(self, level: float) -> bool:
        """Say whether its test rows are too few to tell its accuracy from the level."""
        return self.low <= level <= self.high


Points = Mapping[Number, Point]
"""What one seed has tried: points by value of the axis."""


@dataclass(frozen=True)
class Bracket:
    """Two values between which a seed passes the level; none where that side is not known."""

    low: Number | None
    high: Number | None
    misplaced: tuple[Number, ...] = ()
    """Values that lie on the wrong side: above the level before it is passed, or below after."""

    @property
    def closed(self) -> bool:
        """Say whether both ends are known."""
        return self.low is not None and self.high is not None


def find_bracket(points: Points, level: float, rising: bool) -> Bracket:
    """Find where a seed passes the level: the cut of its points that misplaces fewest of them.

    Of several such cuts the lowest counts, which is where the level is first passed.
    """
    values = sorted(points)
    past = [points[value].above(level) == rising for value in values]
    wrong = [past[:cut].count(True) + past[cut:].count(False) for cut in range(len(values) + 1)]
    cut = wrong.index(min(wrong))
    return Bracket(
        low=values[cut - 1] if cut else None,
        high=values[cut] if cut < len(values) else None,
        misplaced=tuple(v for i, v in enumerate(values) if past[i] != (i >= cut)),
    )


def next_value(ladder: Sequence[Number], points: Points, bracket: Bracket) -> Number | None:
    """Give the value that a seed tries next; none where its bracket is done.

    A closed bracket is halved, rung by rung, until its ends are neighbours. An open one is widened
    by twice the width of what was tried so far, and is done at the end of the ladder.
    """
    bottom, top = ladder.index(min(points)), ladder.index(max(points))
    reach = 2 * max(top - bottom, 1)
    if bracket.high is None:
        return None if top == len(ladder) - 1 else ladder[min(top + reach, len(ladder) - 1)]
    if bracket.low is None:
        return None if bottom == 0 else ladder[max(bottom - reach, 0)]
    low, high = ladder.index(bracket.low), ladder.index(bracket.high)
    return None if high - low == 1 else ladder[(low + high) // 2]


def reversals(points: Points, rising: bool) -> list[tuple[Number, Number]]:
    """Name neighbouring points whose accuracies go against the direction, beyond their intervals.

    Such a seed is not monotone, even where no point lies on the wrong side of the level.
    """
    values = sorted(points)
    return [
        (one, two)
        for one, two in pairwise(values)
        if (points[one].low > points[two].high if rising else points[one].high < points[two].low)
    ]


def direction(seeds: Iterable[Points], level: float) -> bool | None:
    """Say whether accuracy rises along the axis, by the ends of each seed; none if no seed tells.

    Seeds that disagree are outvoted; with as many on each side it rises.
    """
    votes = 0
    told = False
    for points in seeds:
        first, last = (points[end].above(level) for end in (min(points), max(points)))
        told |= first != last
        votes += last - first
    return votes >= 0 if told else None
