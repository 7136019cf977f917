"""Score first, then diversity: the best rows that are not too like a better one.

Liu, Zeng, He, Jiang and He (2024), "What makes good data for alignment? A comprehensive study of
automatic data selection in instruction tuning" (DEITA), section on diversity-aware selection.

The plain loop compares one candidate with all that were kept. Here a block of candidates shares one
matrix product with the kept ones, and those that pass another among themselves; the loop inside
the block then only looks up. On rounded vectors the outcome is that of the plain loop, whatever
the block, the BLAS or the number of threads.
"""

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Positions, Vectors
from diversify.curation.selectors.cosines import (
    Numbers,
    cosines,
    highest_cosines,
    inverse_lengths,
)
from diversify.progress import progress

SLACK = 1e-9
"""What rounding may take from a cosine: copies count as 1, so that a bar of 1 still stops them."""


def deita_order(
    vectors: Vectors,
    scores: npt.NDArray[np.floating],
    count: int,
    similarity: float,
    block: int = 1024,
) -> Positions:
    """Give the positions of `count` rows: by score, passing over those too like a kept one.

    A row is kept if its highest cosine to the kept ones is below `similarity`. Where fewer than
    `count` are kept, the ones passed over follow, by score: exactly `count` are wanted. Ties go to
    the lower position.

    Takes at most 2 n k d operations for n rows of which k are kept, nearly all in matrix products;
    beside the vectors the memory of those kept and of one block of products.

    Args:
        vectors: rows that `rounded` gave.
        scores: quality of each row, more is better; finite.
        count: rows to pick, at most all.
        similarity: cosine at or above which a row is too like a better one.
        block: candidates that are looked at together; it changes only the time.
    """
    assert count <= len(vectors) == len(scores), "a score for each row, and no row twice"
    by_score = np.argsort(-scores.astype(np.float64), kind="stable")
    kept = _keep_unlike(vectors, by_score, count, similarity - SLACK, block)
    passed_over = by_score[~np.isin(by_score, kept)]
    return np.concatenate([kept, passed_over[: count - len(kept)]])


def _keep_unlike(
    vectors: Vectors, by_score: Positions, count: int, bar: float, block: int
) -> Positions:
    """Go through the rows by score, a block at a time, until `count` are kept."""
    inverse = inverse_lengths(vectors)
    kept = np.empty(0, dtype=np.intp)
    with progress("deita", len(by_score)) as advance:
        for start in range(0, len(by_score), block):
            if len(kept) >= count:
                break
            candidates = by_score[start : start + block]
            highest = highest_cosines(
                vectors[candidates], inverse[candidates], vectors[kept], inverse[kept]
            )
            unlike = candidates[highest < bar]
            rows, scale = vectors[unlike], inverse[unlike]
            inside = _first_come(cosines(rows, scale, rows, scale), bar)
            kept = np.concatenate([kept, unlike[inside]])
            advance(len(candidates))
    return kept[:count]


def _first_come(between: Numbers, bar: float) -> list[int]:
    """Keep each candidate in turn that is not too like one kept before it."""
    alike = np.ascontiguousarray((between >= bar).T)  # [kept, candidate]
    free = np.ones(len(between), dtype=np.bool_)
    kept = []
    for candidate in range(len(between)):
        if free[candidate]:
            kept.append(candidate)
            free &= ~alike[candidate]
    return kept
