"""Which rows are equal, found by hash and then compared: nothing is sorted, nothing copied."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.curation.near.rounding import Positions, Vectors, distinct_rows

ROWS_AT_ONCE = 4096
"""Rows that are hashed or compared at a time."""


def first_equals(vectors: Vectors) -> Positions:
    """Give, for each row, the position of the first row that equals it: its own, if none before.

    Rows are told apart by 64-bit hashes, and each row is then compared with the first of its
    hash; should two different rows ever share one, all are sorted instead. Takes time in
    proportion to n d, a hundredth of what sorting takes, and memory for n numbers.
    """
    codes, _ = pd.factorize(_hashes(vectors))
    places = np.arange(len(vectors))
    firsts = _firsts(codes, places)
    later = np.flatnonzero(firsts != places)
    for start in range(0, len(later), ROWS_AT_ONCE):
        part = later[start : start + ROWS_AT_ONCE]
        if not np.array_equal(vectors[part], vectors[firsts[part]]):
            return _firsts(distinct_rows(vectors)[1], places)
    return firsts


def _firsts(codes: npt.NDArray[np.intp], places: Positions) -> Positions:
    """Give the first place of each row's code."""
    lowest = np.full(codes.max(initial=-1) + 1, len(places), dtype=np.intp)
    lowest[codes[::-1]] = places[::-1]  # the last to be written is the first in the list
    return lowest[codes]


def _hashes(vectors: Vectors) -> npt.NDArray[np.uint64]:
    """Hash each row: every number is mixed with its column's factor, and the results added up."""
    rng = np.random.default_rng(0)
    factors = rng.integers(2**63, size=vectors.shape[1], dtype=np.uint64) * np.uint64(
        2
    ) + np.uint64(1)
    hashes = np.empty(len(vectors), dtype=np.uint64)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = vectors[start : start + ROWS_AT_ONCE]
        bits = part.astype(np.int64).view(np.uint64) * factors  # rounded rows hold whole numbers
        bits ^= bits >> np.uint64(32)
        hashes[start : start + ROWS_AT_ONCE] = (bits * factors).sum(axis=1, dtype=np.uint64)
    return hashes
