"""Vectors that stand in for those that are not there yet."""

import numpy as np
import numpy.typing as npt


def stand_ins(
    known: npt.NDArray[np.floating], count: int, rng: np.random.Generator
) -> npt.NDArray[np.float16]:
    """Give `count` unit rows that lie as the known ones do, in half precision as those are kept.

    As many known rows as there are, drawn without repeating; beyond them a known row moved by half
    the difference of two others, which keeps the mean and, but for its scale, the covariance.

    Args:
        known: unit rows of the same model, at least one.  # (m, d)
        count: rows wanted.
        rng: where rows are drawn from.
    """
    drawn = known[rng.permutation(len(known))[:count]].astype(np.float32)
    more = count - len(drawn)
    base, plus, minus = (known[rng.integers(0, len(known), more)].astype(np.float32) for _ in "abc")
    moved = base + 0.5 * (plus - minus)
    lengths = np.sqrt(np.square(moved).sum(axis=1, keepdims=True))
    rows = np.concatenate([drawn, moved / np.maximum(lengths, 1e-9)])
    return rows.astype(np.float16)
