"""The axis that is bisected: its range, its scale, and the rungs that a seed may stand on."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

Number = int | float

GOLDEN = (math.sqrt(5) - 1) / 2
"""Multiples of it, taken modulo 1, spread evenly however many there are."""


@dataclass(frozen=True)
class Axis:
    """A range of numbers, in which places are counted in steps of the resolution."""

    low: Number
    high: Number
    resolution: float
    """A step: this share of a value on a logarithmic scale, of the range on a linear one."""
    logarithmic: bool
    whole: bool
    """Whether it takes whole numbers alone."""
    values: tuple[Number, ...] = ()
    """The only values it takes, ascending, where they are given."""

    def place(self, value: float) -> float:
        """Say where a value lies, in steps."""
        if self.logarithmic:
            return math.log(value) / math.log1p(self.resolution)
        return value / (self.resolution * (self.high - self.low))

    def value(self, place: float) -> float:
        """Give the value that lies at a place; the inverse of `place`."""
        if self.logarithmic:
            return math.exp(place * math.log1p(self.resolution))
        return place * self.resolution * (self.high - self.low)

    def ladder(self, turn: int = 0) -> tuple[Number, ...]:
        """Give the values that one seed may try, ascending, at most a step apart.

        Each seed, by its turn, has its rungs shifted by another part of a step. The middle of a
        seed's last bracket then errs by a number that is spread evenly over half a step up and
        down and is independent of the seed's threshold (subtractive dither: Schuchman, 1964,
        "Dither signals and their effect on quantization noise"). That error is therefore part of
        the spread between seeds, and needs no room of its own in the interval. Values that are
        given, and neighbouring whole numbers, cannot be shifted: see `unavoidable`.
        """
        if self.values:
            return self.values
        bottom, top = self.place(self.low), self.place(self.high)
        first = bottom + turn * GOLDEN % 1
        between = (self._rung(first + step) for step in range(math.ceil(top - first)))
        inside = {value for value in between if self.low < value < self.high}
        return tuple(sorted({self.low, self.high} | inside))

    def unavoidable(self, low: Number, high: Number) -> bool:
        """Say whether a bracket is as narrow as the axis allows, however fine the resolution."""
        return bool(self.values) or (self.whole and high - low <= 1)

    def _rung(self, place: float) -> Number:
        value = self.value(place)
        # four digits name a cell and are far finer than any step that is worth a run
        return round(value) if self.whole else float(f"{value:.4g}")


def nearest_rung(axis: Axis, ladder: Iterable[Number], place: float) -> int:
    """Give the index of the rung that lies nearest a place; the lower of two that are as near."""
    distances = [abs(axis.place(value) - place) for value in ladder]
    return distances.index(min(distances))
