"""Lots: random numbers that hang on a row's content and on the seed, and on nothing else.

A draw that takes the rows with the lowest lots takes the same rows whatever the order, the files
or the shards they lie in, and a row that is added displaces one at most (bottom-k sampling, Cohen
and Kaplan 2007, "Summarizing data using bottom-k sketches").
"""

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Positions

Keys = npt.NDArray[np.uint64]  # (n,)

DIGITS = 16
"""Hexadecimal digits of a content hash that become its number."""
ROUNDS = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
"""Shifts and factors of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
number generators"): every bit of the number sways every bit of what comes out."""


def content_keys(ids: npt.ArrayLike) -> Keys:
    """Turn content hashes into numbers: their first 16 hexadecimal digits. (n,) uint64."""
    heads = np.asarray(ids).astype(f"S{DIGITS}")
    if not len(heads):
        return np.empty(0, dtype=np.uint64)
    return np.frombuffer(bytes.fromhex(heads.tobytes().decode()), dtype=">u8").astype(np.uint64)


def lots(keys: Keys, seed: int, stream: list[int]) -> Keys:
    """Draw a lot for each key; other seeds and streams give lots that have nothing in common."""
    first, second = np.random.SeedSequence([seed, *stream]).generate_state(2, np.uint64)
    return _mixed(_mixed(keys ^ first) ^ second)


def drawn(keys: Keys, count: int, seed: int, stream: list[int]) -> Positions:
    """Draw `count` of the keys, lowest lot first; equal keys keep their order."""
    order: Positions = np.argsort(lots(keys, seed, stream), kind="stable")[:count]
    return order


def _mixed(numbers: Keys) -> Keys:
    for shift, factor in ROUNDS:
        numbers = (numbers ^ (numbers >> shift)) * factor
    return numbers ^ (numbers >> np.uint64(31))
