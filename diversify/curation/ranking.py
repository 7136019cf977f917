"""In which order the rows of one part of a mix are picked, by each strategy.

The head of a ranking does not hang on how many rows are wanted, so a smaller mix is the head of a
larger one.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.mix import Strategy
from diversify.curation.selectors.kcenter import kcenter_order, most_central
from diversify.curation.rounding import Positions, rounded
from diversify.errors import ConfigError

Embeddings = npt.NDArray[np.float32]  # (n, d)
Labels = npt.NDArray[np.int32]  # (n,)


def rank_rows(
    count: int,
    part: Positions,
    embeddings: Embeddings | None,
    labels: Labels | None,
    strategy: Strategy,
    rng: np.random.Generator,
) -> Positions:
    """Pick `count` rows of a part: their positions, in the order of the strategy.

    Args:
        count: rows to pick, at most those of the part.
        part: positions of the part's rows, in content-hash order.
        embeddings: one for each row of the table; needed by k-center.
        labels: cluster of each row of the table; needed by cluster-balanced.
        strategy: how rows are picked.
        rng: where chance comes from; k-center leaves none to it.
    """
    if strategy == "random":
        return part[rng.permutation(len(part))[:count]]
    if strategy == "cluster-balanced":
        if labels is None:
            raise ConfigError("strategy cluster-balanced needs clusters: run `diversify cluster`")
        return part[_round_robin(labels[part], rng)[:count]]
    if embeddings is None:
        raise ConfigError("strategy k-center needs embeddings: run `diversify embed`")
    return part[_farthest_first(embeddings[part], count)]


def _round_robin(labels: Labels, rng: np.random.Generator) -> Positions:
    """Go round the clusters in a random order, each time one random row of each that has any left.

    So every head takes the same number of each cluster within one, or all that the cluster has.
    """
    clusters, which = np.unique(labels, return_inverse=True)
    turns = rng.permutation(len(clusters))[which]  # (n,): whose turn it is within a round
    shuffled = rng.permutation(len(labels))
    rounds = pd.Series(turns[shuffled]).groupby(turns[shuffled]).cumcount()
    return shuffled[np.lexsort((turns[shuffled], rounds))]


def _farthest_first(embeddings: Embeddings, count: int) -> Positions:
    """Run k-center greedy from the most central row."""
    if not count:
        return np.empty(0, dtype=np.intp)
    vectors = rounded(embeddings)
    return kcenter_order(vectors, count, first=most_central(vectors))
