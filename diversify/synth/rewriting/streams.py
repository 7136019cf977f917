"""Streams of random numbers that stand apart, so that one draw never shifts another."""

from enum import IntEnum

import numpy as np


class Stream(IntEnum):
    """What a stream is for; the order is part of what a seed means."""

    PATTERNS = 0
    REPLACEMENTS = 1
    KEYS = 2
    UNSEEN_PATTERNS = 3
    ORDER = 4
    TRAIN = 5
    UNSEEN = 6
    WITHIN = 7


def stream(seed: int, *path: int) -> np.random.Generator:
    """Give the generator of a seed and a path, such as a stream and the number of a block."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=path)))
