"""How far the rows of a set lie apart from each other."""

import math

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Vectors, squared_lengths

ROWS_AT_ONCE = 4096
"""Rows held in float64 at a time."""


def mean_distance(vectors: Vectors) -> float:
    """Give the mean cosine distance over all pairs of rows, without forming the pairs.

    The cosines of all pairs, each row with itself too, add up to |s|^2 for the sum s of the rows
    scaled to length 1. Takes n d operations. A row of zeros has cosine 0 to all.
    """
    rows = len(vectors)
    if rows < 2:
        return 0.0
    total = np.zeros(vectors.shape[1])
    for start in range(0, rows, ROWS_AT_ONCE):
        total += unit_rows(vectors[start : start + ROWS_AT_ONCE]).sum(axis=0)
    themselves = int(np.count_nonzero(squared_lengths(vectors)))
    return 1.0 - (float(total @ total) - themselves) / (rows * (rows - 1))


def vendi_score(vectors: Vectors, order: float) -> float:
    """Give the Vendi score: how many rows unlike each other the set is worth.

    Friedman and Dieng (2023), "The Vendi score: a diversity evaluation metric for machine learning"
    (definition 1), and for orders other than 1 Pasarkar and Dieng (2024), "Cousins of the Vendi
    score": the exponential of the Renyi entropy of the eigenvalues of K/n, with the cosines as K.
    Those that are not 0 are the eigenvalues of the d x d matrix X'X/n, so the n x n matrix is never
    formed: n d^2 + d^3 operations and d^2 numbers.

    Args:
        vectors: rows that `rounded` gave; a row of zeros counts for nothing.
        order: order of the entropy; 1 is Shannon's, inf looks at the largest eigenvalue alone, and
            a higher order cares less for rare rows.
    """
    if not len(vectors):
        return 0.0
    together = np.zeros((vectors.shape[1], vectors.shape[1]))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        unit = unit_rows(vectors[start : start + ROWS_AT_ONCE])
        together += unit.T @ unit
    return effective_number(np.linalg.eigvalsh(together), order)


def effective_number(shares: npt.NDArray[np.floating], order: float) -> float:
    """Give Hill's number of some shares: how many equal ones would have the same entropy.

    Hill (1973), "Diversity and evenness: a unifying notation and its consequences".
    """
    positive = shares[shares > 1e-12 * shares.max(initial=0.0)]
    if not len(positive):
        return 0.0
    positive = positive / positive.sum()
    if order == 1:
        return math.exp(-float((positive * np.log(positive)).sum()))
    if math.isinf(order):
        return 1.0 / float(positive.max())
    return float((positive**order).sum() ** (1 / (1 - order)))


def unit_rows(vectors: Vectors) -> npt.NDArray[np.float64]:
    """Scale rows to length 1 in float64; a row of zeros stays."""
    wide = vectors.astype(np.float64)
    lengths = np.sqrt(np.square(wide).sum(axis=1, keepdims=True))
    scaled: npt.NDArray[np.float64] = wide / np.where(lengths, lengths, 1)
    return scaled
