"""Random strings over the first letters of the alphabet, as arrays of letter codes."""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint8]
"""Letters as codes 0..25; the last axis runs along the string."""

SMALL_SPACE = 2**22
"""Up to here all patterns are listed and shuffled; above, repeats are rare and thrown away."""


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
    """Draw strings letter by letter: (count, length)."""
    return rng.integers(0, alphabet, (count, length), dtype=np.uint8)


def as_text(codes: Codes) -> NDArray[np.str_]:
    """Spell codes as capital letters: (count, length) -> (count,) strings."""
    count, length = codes.shape
    letters = np.ascontiguousarray(codes + ord("A"))
    return letters.view(f"S{length}").reshape(count).astype(f"U{length}")


def _digits(numbers: NDArray[np.int64], length: int, alphabet: int) -> Codes:
    powers = alphabet ** np.arange(length - 1, -1, -1)
    return (numbers[:, None] // powers % alphabet).astype(np.uint8)


def _rejecting_repeats(rng: np.random.Generator, count: int, length: int, alphabet: int) -> Codes:
    # drawn in blocks of a fixed size, so that the head does not depend on the count
    drawn = np.empty((0, length), dtype=np.uint8)
    while len(drawn) < count:
        drawn = np.concatenate([drawn, random_strings(rng, 65_536, length, alphabet)])
        _, first = np.unique(drawn, axis=0, return_index=True)
        drawn = drawn[np.sort(first)]
    return drawn[:count]
