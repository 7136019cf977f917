"""Cosines between rounded rows, the same on every machine.

A product of two rounded rows is exact in float32. The cosine is that product times 1/|b| times
1/|a|, number by number in float64, where no sum is formed whose order could matter.
"""

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Vectors, squared_lengths

Numbers = npt.NDArray[np.float64]

ROWS_AT_ONCE = 4096
"""Rows in a matrix product; more would only take memory."""
OTHERS_AT_ONCE = 1024
"""Rows that they are compared with in one product."""


def inverse_lengths(vectors: Vectors) -> Numbers:
    """Give 1/|a| of each row, and 0 for a row of zeros, which is then like no other."""
    squares = squared_lengths(vectors).astype(np.float64)
    inverse = np.zeros(len(squares))
    return np.divide(1.0, np.sqrt(squares), out=inverse, where=squares > 0)


def cosines(rows: Vectors, inverse: Numbers, others: Vectors, others_inverse: Numbers) -> Numbers:
    """Give the cosine of each row to each of the others; (rows, others) in float64."""
    scaled: Numbers = (rows @ others.T) * others_inverse * inverse[:, None]
    return scaled


def highest_cosines(
    rows: Vectors, inverse: Numbers, others: Vectors, others_inverse: Numbers
) -> Numbers:
    """Give the cosine of each row to the nearest of the others; -inf where there are none.

    Takes 2 n m d operations for n rows and m others, and the memory of one block of products.
    """
    highest = np.full(len(rows), -np.inf)
    if not len(others):
        return highest
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        for first in range(0, len(others), OTHERS_AT_ONCE):
            chunk = slice(first, first + OTHERS_AT_ONCE)
            scaled = (rows[part] @ others[chunk].T) * others_inverse[chunk]
            np.maximum(highest[part], scaled.max(axis=1), out=highest[part])
    # |a| comes last: it is the same for all the others, so it does not change which is highest
    return highest * inverse
