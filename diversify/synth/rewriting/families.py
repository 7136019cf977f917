"""Patterns with a structure: draw them, and tell whether a string is one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from diversify.config.pattern_families import FAMILIES, Family, Kind, base_letters, tie
from diversify.errors import ConfigError
from diversify.synth.patterns import Codes, distinct_patterns
from diversify.synth.rewriting.streams import stream


def belongs(codes: Codes, family: Family, k: int) -> NDArray[np.bool_]:
    """Tell which strings are of a family with this k: (n, length) -> (n,)."""
    length = codes.shape[1]
    if length % k:
        return np.zeros(len(codes), dtype=bool)
    answer: NDArray[np.bool_] = (codes == codes[:, list(tie(family, k, length))]).all(1)
    return answer


def belongs_to_any(codes: Codes, kinds: Sequence[Kind]) -> NDArray[np.bool_]:
    """Tell which strings are of one of these kinds: (n, length) -> (n,)."""
    answer = np.zeros(len(codes), dtype=bool)
    for family, k in kinds:
        answer |= belongs(codes, family, k)
    return answer


def draw_of_kinds(
    path: Sequence[int],
    kinds: Sequence[Kind],
    count: int,
    length: int,
    alphabet: int,
    but_of: Sequence[Kind] = (),
) -> tuple[Codes, NDArray[np.int64]]:
    """Draw distinct patterns, the kinds in turn: (count, length) and the k of each, (count,).

    A kind that has no pattern left is passed over; a pattern counts for the greatest k it has.
    Nested: with the same seed and stream (`path`) a smaller count gives the head of a larger.
    Patterns of the kinds `but_of` are left out.

    Raises:
        ConfigError: fewer such patterns exist.
    """
    rounds, most = -(-count // len(kinds)), max(alphabet ** (length // k) for _, k in kinds)
    while True:
        patterns = [
            _of_kind(path, number, kinds, rounds, length, alphabet, but_of)
            for number in range(len(kinds))
        ]
        exist = sum(len(of_kind) for of_kind in patterns)
        if exist >= count:
            break
        if rounds >= most:
            raise ConfigError(
                f"{count} patterns of {length} letters over {alphabet} are asked for, but only "
                f"{exist} exist in the families asked for: ask for fewer instructions or tests, "
                "or raise pattern_length or alphabet"
            )
        rounds *= 2
    # the first of each kind, then the second of each, as long as there are any
    turns = np.concatenate([np.arange(len(of_kind)) for of_kind in patterns])
    ks = np.repeat([k for _, k in kinds], [len(of_kind) for of_kind in patterns])
    in_turn = np.argsort(turns, kind="stable")[:count]
    return np.concatenate(patterns)[in_turn], ks[in_turn]


def _of_kind(
    path: Sequence[int],
    number: int,
    kinds: Sequence[Kind],
    count: int,
    length: int,
    alphabet: int,
    but_of: Sequence[Kind],
) -> Codes:
    """Draw `count` patterns of a kind that no other kind owns, or all there are."""
    family, k = kinds[number]
    space, drawn = alphabet ** (length // k), count
    while True:
        rng = stream(*path, FAMILIES.index(family), k)
        bases = distinct_patterns(rng, min(drawn, space), length // k, alphabet)
        codes: Codes = bases[:, base_letters(family, k, length)]
        codes = codes[_owners(codes, kinds) == number]
        codes = codes[~belongs_to_any(codes, but_of)]
        if len(codes) >= count or drawn >= space:
            return codes[:count]
        drawn *= 2


def _owners(codes: Codes, kinds: Sequence[Kind]) -> NDArray[np.int64]:
    """Settle which kind each pattern counts for: (n,).

    Of all that it is of, the one of greatest k: those have the fewest patterns. Of several with
    that k, one as good as at random: were it the first that draws it, turns would not be even.
    """
    ks = np.array([k for _, k in kinds])
    of_kind = np.stack([belongs(codes, family, k) for family, k in kinds], axis=1)
    of_kind &= ks == np.where(of_kind, ks, 0).max(1, keepdims=True)
    weights = np.random.default_rng(0).integers(0, 2**32, codes.shape[1])
    chance = (codes * weights).sum(1) >> 8  # as good as random, yet settled
    wanted = chance % of_kind.sum(1) + 1  # the first of its kinds, the second, ...
    owners: NDArray[np.int64] = (of_kind.cumsum(1) == wanted[:, None]).argmax(1)
    return owners
