"""Vectors of small integers, whose products and distances are exact in float32.

Why: a float sum depends on the order of its terms, so on the BLAS, the batch and the number of
threads; a selector that compares such sums picks other rows on another machine. Integers below
2^24 are exact in float32 in any order. With rows of length 2000, rounded:

    |a| <= 2000 + sqrt(d)/2 < 2048                   for d < 9216 dimensions
    any part of a sum a.b is at most |a||b| < 2^22   (Cauchy-Schwarz on those terms)
    |a - b|^2 <= (|a| + |b|)^2 < 2^24

so each partial sum of |a|^2 + |b|^2 - 2 a.b, in any order, is an integer below 2^24.
"""

import numpy as np
import numpy.typing as npt

from diversify.errors import DataError

Vectors = npt.NDArray[np.float32]
Positions = npt.NDArray[np.intp]

LENGTH = 2000.0
"""Length of a row before rounding: below 2048 by enough to leave room for the rounding."""
WIDEST = (2 * (2048 - 2000)) ** 2 - 1
"""Most dimensions for which the bound holds."""
ROWS_AT_ONCE = 4096
"""Rows held in float64 at a time."""


def rounded(embeddings: npt.NDArray[np.floating]) -> Vectors:
    """Scale each row to length 2000 and round it to integers; a row of zeros stays.

    Each row is worked out by itself in float64, so neither the order nor the number of the rows
    plays a part. Takes n d float32 of memory.

    Raises:
        DataError: more dimensions than the bound allows, or a number that is not finite.
    """
    count, dimensions = embeddings.shape
    if dimensions > WIDEST:
        raise DataError(f"embeddings have {dimensions} dimensions: at most {WIDEST} can be exact")
    vectors = np.empty((count, dimensions), dtype=np.float32)
    for start in range(0, count, ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        vectors[part] = _rounded_part(np.ascontiguousarray(embeddings[part], dtype=np.float64))
    return vectors


def _rounded_part(part: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scale and round some rows."""
    lengths = np.sqrt(np.square(part).sum(axis=1, keepdims=True))
    if not np.isfinite(lengths).all():
        raise DataError("embeddings hold numbers that are not finite: embed the rows again")
    integers: npt.NDArray[np.float64] = np.rint(part * (LENGTH / np.where(lengths, lengths, 1)))
    return integers + 0.0  # turns -0.0 into 0.0, so that equal rows have equal bytes


def squared_lengths(vectors: Vectors) -> Vectors:
    """Give |a|^2 of each rounded row, exactly."""
    squares: Vectors = np.einsum("nd,nd->n", vectors, vectors)
    return squares


def distinct_rows(vectors: Vectors) -> tuple[Positions, Positions, Positions]:
    """Find the distinct rows: where each first lies, which one each row is, how often it occurs.

    Distinct rows are listed by their bytes, so in the same order whatever the order of the rows.
    """
    width = vectors.shape[1] * vectors.itemsize
    whole_rows = np.ascontiguousarray(vectors).view(np.dtype((np.void, width))).ravel()
    _, firsts, which, counts = np.unique(
        whole_rows, return_index=True, return_inverse=True, return_counts=True
    )
    return firsts, which, counts
