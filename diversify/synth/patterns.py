"""Random strings over the first letters of the alphabet, as arrays of letter codes."""

from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
"""Letters as codes 0..25; the last axis runs along the string."""

SMALL_SPACE = 2**22
"""Up to here all patterns are listed and shuffled; above, repeats are rare and thrown away."""
BLOCK = 4096
"""Strings that are drawn at a time, so that the head does not depend on how many follow."""


def distinct_patterns(rng: np.random.Generator, count: int, length: int, alphabet: int) -> Codes:
    """Draw `count` different patterns, evenly over all that exist: (count, length).

    The draw is nested: with the same generator state a smaller count gives the head of a larger.
    """
    space = alphabet**length
    if count > space:
        raise ValueError(f"{count} distinct patterns of {length} letters do not exist")
    if space <= SMALL_SPACE:
        return _digits(rng.permutation(space)[:count], length, alphabet)
    return _rejecting_repeats(rng, count, length, alphabet)


def random_strings(rng: np.random.Generator, count: int, length: int, alphabet: int) -> Codes:
    """Draw strings, evenly over all that exist: (count, length).

    The draw is nested: with the same generator state a smaller count gives the head of a larger.
    """
    blocks = [
        random_letters(rng, BLOCK * length, alphabet).reshape(BLOCK, length)
        for _ in range(-(-count // BLOCK))
    ]
    return np.concatenate([np.empty((0, length), dtype=np.uint8), *blocks])[:count]


def random_letters(rng: np.random.Generator, count: int, alphabet: int) -> Codes:
    """Draw letters evenly: (count,).

    Sixteen random bits are two letters: those above the last whole multiple of alphabet^2 (one
    in a hundred) are drawn again, the others looked up. A quarter of the time of one by one.
    """
    table, limit = _pairs_of_letters(alphabet)
    bits = _sixteen_bits(rng, -(-count // 2))
    over = np.flatnonzero(bits >= limit)
    while len(over):
        bits[over] = _sixteen_bits(rng, len(over))
        over = over[bits[over] >= limit]
    return np.take(table, bits, mode="wrap").view(np.uint8)[:count]


def first_times(strings: Codes) -> NDArray[np.bool_]:
    """Tell which strings did not come before: (n, length) -> (n,)."""
    repeated: NDArray[np.bool_] = _words(strings).duplicated().to_numpy()
    return ~repeated


def is_among(strings: Codes, others: Codes) -> NDArray[np.bool_]:
    """Tell which strings are one of the others: (n, length), (m, length) -> (n,)."""
    together = _words(np.concatenate([others, strings]))
    numbers = together.groupby(list(together.columns), sort=False).ngroup().to_numpy()
    answer: NDArray[np.bool_] = np.isin(numbers[len(others) :], numbers[: len(others)])
    return answer


def as_text(codes: Codes) -> NDArray[np.str_]:
    """Spell codes as capital letters: (count, length) -> (count,) strings."""
    count, length = codes.shape
    letters = np.ascontiguousarray(codes + ord("A"))
    return letters.view(f"S{length}").reshape(count).astype(f"U{length}")


def _digits(numbers: NDArray[np.int64], length: int, alphabet: int) -> Codes:
    powers = alphabet ** np.arange(length - 1, -1, -1)
    return (numbers[:, None] // powers % alphabet).astype(np.uint8)


def _rejecting_repeats(rng: np.random.Generator, count: int, length: int, alphabet: int) -> Codes:
    drawn = np.empty((0, length), dtype=np.uint8)
    while (missing := count - len(drawn)) > 0:
        whole_blocks = -(-missing // BLOCK) * BLOCK  # a cut block would not be nested
        more = random_strings(rng, whole_blocks, length, alphabet)
        drawn = np.concatenate([drawn, more])
        drawn = drawn[first_times(drawn)]
    return drawn[:count]


def _words(strings: Codes) -> pd.DataFrame:
    """Eight letters a column, so that strings are compared as a few whole numbers."""
    count, length = strings.shape
    padded = np.zeros((count, -(-length // 8) * 8), dtype=np.uint8)
    padded[:, :length] = strings
    return pd.DataFrame(padded.view(np.uint64))


@lru_cache
def _pairs_of_letters(alphabet: int) -> tuple[NDArray[np.uint16], int]:
    """Two letters for each number of sixteen bits, and the first number that has none."""
    pairs = alphabet**2
    numbers = np.arange(2**16) % pairs
    letters = np.stack([numbers // alphabet, numbers % alphabet], axis=1).astype(np.uint8)
    return letters.view(np.uint16).ravel(), 2**16 // pairs * pairs


def _sixteen_bits(rng: np.random.Generator, count: int) -> NDArray[np.uint16]:
    words = rng.integers(0, 2**64, -(-count // 4), dtype=np.uint64)
    return words.view(np.uint16)[:count]
