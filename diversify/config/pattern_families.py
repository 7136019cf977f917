"""Families of patterns with a structure: which letters must be equal, and how many there are.

Restricted semantics (arXiv 2402.10891, section 4.3): a pattern is *repeated* (aaabbbccc: each
letter k times in a row), *periodic* (abcabc: a piece k times) or *mirrored* (abc cba abc: a piece
k times, every second one backwards). Each is made from a base of length / k letters.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

Family = Literal["repeated", "periodic", "mirrored"]
FAMILIES: tuple[Family, ...] = ("repeated", "periodic", "mirrored")
Kind = tuple[Family, int]
"""A family and its k."""
Tie = tuple[int, ...]
"""For each letter of a pattern, the first letter that it must equal."""


def kinds_of(families: Iterable[Family], ks: Iterable[int]) -> tuple[Kind, ...]:
    """Pair families and ks: the first family at every k, then the second, and so on."""
    listed = list(ks)
    return tuple((family, k) for family in families for k in listed)


def divisors(length: int, lowest: int, highest: int) -> list[int]:
    """List the divisors of a length within bounds."""
    return [k for k in range(lowest, min(highest, length) + 1) if length % k == 0]


def base_letters(family: Family, k: int, length: int) -> list[int]:
    """Say for each letter of a pattern which letter of its base it copies; k divides length."""
    piece = length // k
    if family == "repeated":
        return [at // k for at in range(length)]
    if family == "periodic":
        return [at % piece for at in range(length)]
    forth_and_back = [*range(piece), *range(piece - 1, -1, -1)]
    return [forth_and_back[at % (2 * piece)] for at in range(length)]


def tie(family: Family, k: int, length: int) -> Tie:
    """Say for each letter which earlier letter (or itself) it must equal."""
    return _first_places(base_letters(family, k, length))


@lru_cache
def how_many(kinds: tuple[Kind, ...], length: int, alphabet: int) -> int:
    """Count the distinct patterns that are of one of these kinds, or of several.

    By inclusion and exclusion: patterns of two kinds obey both ties at once, which is a tie again.
    """
    signs: dict[Tie, int] = {}
    for each in _widest({tie(family, k, length) for family, k in kinds}):
        both: dict[Tie, int] = {each: 1}
        for other, sign in signs.items():
            joint = _joined(each, other)
            both[joint] = both.get(joint, 0) - sign
        for joint, sign in both.items():
            signs[joint] = signs.get(joint, 0) + sign
    return sum(int(sign * alphabet ** len(set(each))) for each, sign in signs.items())


def _widest(ties: set[Tie]) -> list[Tie]:
    """Leave out each tie whose patterns all obey another one."""
    return sorted(one for one in ties if not any(_joined(one, two) == one for two in ties - {one}))


def _joined(one: Tie, two: Tie) -> Tie:
    """Tie together what either ties: the finest partition that is coarser than both."""
    group = list(range(len(one)))
    for at in range(len(one)):
        for other in (one[at], two[at]):
            old, new = group[at], group[other]
            if old != new:
                group = [new if each == old else each for each in group]
    return _first_places(group)


def _first_places(labels: list[int]) -> Tie:
    first: dict[int, int] = {}
    return tuple(first.setdefault(label, at) for at, label in enumerate(labels))
