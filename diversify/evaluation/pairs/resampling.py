"""The paired bootstrap: items drawn anew, the same draw for every model and metric."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from diversify.evaluation.pairs.aligned import TaskScores, Values, shared

CELLS = 4_000_000
"""Numbers held at once; draws come in blocks of so many."""

Resampled = dict[tuple[str, str, str], Values]
"""By harness, task and metric: the score of each model in each draw, (resamples, models)."""


def resample(tasks: Sequence[TaskScores], resamples: int, seed: int) -> Resampled:
    """Score every model on `resamples` draws of as many items, with replacement.

    One draw serves all models (so that differences are paired) and all tasks that have the very
    same items (so that their average is). The bootstrap of Efron and Tibshirani, An Introduction to
    the Bootstrap (1993), chapters 6 and 13. How often each item was drawn is a matrix; one product
    gives all scores. O(resamples * items * models) time; memory for `CELLS` numbers and the result.

    The draws depend on the seed and on the items' names alone: another task or arm changes nothing.
    """
    found: Resampled = {}
    for group in shared(tasks):
        scores = _of_group(group, resamples, _generator(group[0].items, seed))
        found.update(zip([task.key for task in group], scores, strict=True))
    return found


def interval(draws: Values, confidence: float) -> tuple[float, float]:
    """Percentile interval of resampled scores, or of their differences, (resamples,)."""
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _of_group(
    group: Sequence[TaskScores], resamples: int, rng: np.random.Generator
) -> list[Values]:
    items = len(group[0].items)
    block = max(1, CELLS // items)
    scores = [np.empty((resamples, len(task.models))) for task in group]
    for start in range(0, resamples, block):
        counts = _draws(min(block, resamples - start), items, rng)
        for task, scored in zip(group, scores, strict=True):
            weight = counts @ task.weights
            scored[start : start + len(counts)] = counts @ task.values.T / weight[:, None]
    return scores


def _draws(rows: int, items: int, rng: np.random.Generator) -> Values:
    """How often each item is drawn, (rows, items)."""
    drawn: NDArray[np.int64] = rng.integers(0, items, size=(rows, items))
    drawn += np.arange(rows)[:, None] * items
    return np.bincount(drawn.ravel(), minlength=rows * items).reshape(rows, items).astype(float)


def _generator(items: Sequence[str], seed: int) -> np.random.Generator:
    digest = hashlib.sha256("\n".join(items).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
