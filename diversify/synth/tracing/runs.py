"""Runs of many Markov algorithms at once, all strings of one length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from diversify.synth.patterns import Codes

Picked = NDArray[np.int64] | NDArray[np.bool_] | slice


@dataclass(frozen=True)
class Algorithms:
    """Ordered lists of rules, all of one length, whose replacements are as long as patterns."""

    patterns: Codes
    """(n, rules, letters of a pattern)"""
    replacements: Codes
    """(n, rules, letters of a pattern)"""
    stops: NDArray[np.bool_]
    """(n, rules)"""

    def __len__(self) -> int:
        return len(self.patterns)

    def take(self, which: Picked) -> Self:
        """Give some of them, by number or by mask."""
        return type(self)(self.patterns[which], self.replacements[which], self.stops[which])


@dataclass(frozen=True)
class Runs:
    """What became of inputs."""

    steps: NDArray[np.int64]
    """Steps of each run; one more than were allowed where it had not ended by then: (n,)"""
    strings: Codes
    """Strings after 0, 1, ... steps; a run that ended stays as it is: (steps + 1, n, length)"""


def run_all(algorithms: Algorithms, inputs: Codes, most: int) -> Runs:
    """Run each algorithm on its input, `most` steps at the longest.

    Time is O(n x rules x length) for each step, and memory O(n x (rules + steps) x length).
    """
    size = algorithms.patterns.shape[2]
    wanted = numbered(algorithms.patterns)  # (n, rules)
    strings = np.repeat(inputs[None], most + 1, axis=0)
    steps = np.full(len(inputs), most + 1)
    going = np.arange(len(inputs))
    for taken in range(most + 1):
        windows = np.lib.stride_tricks.sliding_window_view(strings[taken][going], size, axis=1)
        hits = numbered(windows)[:, None] == wanted[going][:, :, None]  # (going, rules, places)
        rule, place, applies = _first(hits)
        steps[going[~applies]] = taken
        if taken == most:
            break
        going, rule, place = going[applies], rule[applies], place[applies]
        after = strings[taken].copy()
        after[going[:, None], place[:, None] + np.arange(size)] = (
            algorithms.replacements[going, rule]
        )  # fmt: skip
        strings[taken + 1 :] = after
        stopped = algorithms.stops[going, rule]
        steps[going[stopped]] = taken + 1
        going = going[~stopped]
    return Runs(steps, strings)


def joined(lists: Sequence[Algorithms]) -> Algorithms:
    """Put algorithms one after the other."""
    return Algorithms(
        np.concatenate([some.patterns for some in lists]),
        np.concatenate([some.replacements for some in lists]),
        np.concatenate([some.stops for some in lists]),
    )


def numbered(strings: Codes) -> NDArray[np.int64]:
    """Number strings of at most 13 letters, each its own: (..., length) -> (...)."""
    numbers = np.zeros(strings.shape[:-1], dtype=np.int64)
    for place in range(strings.shape[-1]):
        numbers *= 26
        numbers += strings[..., place]
    return numbers


def _first(
    hits: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Give the first rule that applies, its leftmost place, and whether there is one: (n,) each."""
    count, rules, places = hits.shape
    flat = hits.reshape(count, rules * places)  # by rule, and for each rule from the left
    first = flat.argmax(1)
    return first // places, first % places, flat[np.arange(count), first]
