"""Set rows aside to validate on: of the same sources as the mix, and near none of its rows."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.mix import MixOptions
from diversify.curation.mixed import MixResult
from diversify.curation.near.rounding import Positions, Vectors, rounded, squared_lengths
from diversify.curation.order import content_order
from diversify.curation.ranking import Embeddings
from diversify.curation.sharing.apportion import apportion
from diversify.errors import DataError

ROWS_AT_ONCE = 2048
STREAM = 2**33
"""Seeds the draw; above the streams of the parts."""


def set_aside(rows: pd.DataFrame, embeddings: Embeddings, mix: MixResult) -> pd.DataFrame:
    """Draw `validation` rows that are not in the mix and near no row of it.

    Sources have the same shares as in the mix, by Webster's method, as far as there are rows.
    Near is a cosine of at least `validation_similarity`. Each block of candidates is compared
    with the mix in one exact product: at most 2 n m d operations for n rows and a mix of m.

    Raises:
        DataError: too few rows are left; the message says how many there are.
    """
    options = mix.options
    picked = rows["id"].isin(set(mix.picked["id"])).to_numpy()
    vectors = rounded(embeddings)
    in_mix = vectors[np.flatnonzero(picked)]
    rng = np.random.default_rng([options.seed, STREAM])
    by_content = content_order(rows)
    left = rng.permutation(by_content[~picked[by_content]])
    far = left[~_near(vectors, left, in_mix, options.validation_similarity)]
    if len(far) < options.validation:
        raise DataError(
            f"{len(far)} rows are left that are not near the mix: lower --validation to "
            f"{len(far)} or raise --validation-similarity"
        )
    return rows.iloc[_of_sources(rows, far, mix, options)].reset_index(drop=True)


def _of_sources(
    rows: pd.DataFrame, far: Positions, mix: MixResult, options: MixOptions
) -> Positions:
    """Take the first of each source, as many as its share of the mix; the others fill up."""
    sources = rows["source"].iloc[far].to_numpy()
    shares = mix.sources.set_index("source")["picked"]
    have = np.array([(sources == name).sum() for name in shares.index])
    weights = np.where(shares > 0, shares, 1e-6).astype(np.float64)
    counts = apportion(weights, options.validation, np.zeros_like(have), have)
    taken = [far[sources == name][:count] for name, count in zip(shares.index, counts, strict=True)]
    chosen = np.isin(far, np.concatenate(taken))
    return far[chosen]


def _near(
    vectors: Vectors, candidates: Positions, mix: Vectors, cosine: float
) -> npt.NDArray[np.bool_]:
    """Say of each candidate whether it is near a row of the mix."""
    near = np.zeros(len(candidates), dtype=bool)
    lengths = np.sqrt(squared_lengths(mix).astype(np.float64))
    for start in range(0, len(candidates), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        block = vectors[candidates[part]]
        own = np.sqrt(squared_lengths(block).astype(np.float64))
        near[part] = (block @ mix.T >= cosine * own[:, None] * lengths).any(axis=1)
    return near
