"""In which order the rows of one group are picked, by each strategy.

The head of a ranking does not hang on how many rows are wanted, so a smaller mix is the head of a
larger one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.mix import MixOptions, Strategy
from diversify.curation.lots import Keys, drawn, lots
from diversify.curation.near.rounding import Positions, Vectors, rounded
from diversify.errors import ConfigError, DataError

Embeddings = npt.NDArray[np.floating]  # (n, d); half precision will do
Labels = npt.NDArray[np.int32]  # (n,)
Scores = npt.NDArray[np.float64]  # (n,)
Costs = npt.NDArray[np.int64]  # (n,): what each row takes from the budget

TURNS = 2**34
"""Seeds the order in which clusters take turns; above the streams of parts and clusters."""


@dataclass(frozen=True)
class Evidence:
    """What is known of the rows of a table, each array in its order."""

    embeddings: Embeddings | None
    labels: Labels | None
    scores: Scores | None
    options: MixOptions
    keys: Keys
    """A number for the content of each row, which its lots are drawn by."""

    def vectors(self, rows: Positions) -> Vectors:
        """Give the embeddings of some rows as small integers.

        Raises:
            ConfigError: there are none.
        """
        if self.embeddings is None:
            raise self._lacks("embeddings: run `diversify embed`")
        return rounded(self.embeddings[rows])

    def clusters(self, rows: Positions) -> Labels:
        """Give the clusters of some rows.

        Raises:
            ConfigError: there are none.
        """
        if self.labels is None:
            raise self._lacks("clusters: run `diversify cluster`")
        return self.labels[rows]

    def known_scores(self, rows: Positions) -> Scores:
        """Give the scores of some rows.

        Raises:
            ConfigError: there are none.
        """
        if self.scores is None:
            raise self._lacks("scores: name the field that holds them with --score-column")
        return self.scores[rows]

    def scores_if_any(self, rows: Positions) -> Scores | None:
        """Give the scores of some rows, or None."""
        return None if self.scores is None else self.scores[rows]

    def _lacks(self, what: str) -> ConfigError:
        return ConfigError(f"strategy {self.options.strategy} needs {what}")


Stream = list[int]
"""Seeds the draws of a group, beside the seed of the options."""
Rank = Callable[[Positions, int, Evidence, Stream], Positions]
"""Gives places within the group, in the order of the picks."""


def rank_rows(count: int, group: Positions, evidence: Evidence, stream: Stream) -> Positions:
    """Pick `count` rows of a group: their positions in the table, in the order of the strategy.

    Args:
        count: rows to pick, at most those of the group.
        group: positions of the group's rows, in content-hash order.
        evidence: what the strategies look at.
        stream: seeds the draws of this group, beside the seed of the options.

    Raises:
        ConfigError: the strategy lacks what it needs.
    """
    if not count:
        return group[:0]
    return group[RANKS[evidence.options.strategy](group, count, evidence, stream)]


def rank_to(
    target: int, rows: Positions, costs: Costs, evidence: Evidence, stream: Stream
) -> Positions:
    """Rank as many rows of a group as a target takes, the last one maybe beyond it.

    Rows come again, in the same order, only when all have been used.
    """
    most = evidence.options.repetitions * len(rows)
    mean = max(float(costs[rows].mean()), 1e-9)
    count = min(most, int(np.ceil(target / mean)))
    while True:
        order = np.resize(rank_rows(min(count, len(rows)), rows, evidence, stream), count)
        ends = np.cumsum(costs[order])
        if count == most or ends[-1] >= target:
            return order[: int(np.searchsorted(ends, target)) + 1]
        count = min(most, count + count // 4 + 1)


def _random(group: Positions, count: int, evidence: Evidence, stream: Stream) -> Positions:
    return drawn(evidence.keys[group], count, evidence.options.seed, stream)


def _cluster_balanced(
    group: Positions, count: int, evidence: Evidence, stream: Stream
) -> Positions:
    """Go round the clusters in a random order, each time one random row of each that has any left.

    So every head takes the same number of each cluster within one, or all that the cluster has.
    """
    clusters, which = np.unique(evidence.clusters(group), return_inverse=True)
    seed, names = evidence.options.seed, clusters.astype(np.uint64)
    turns = lots(names, seed, [*stream, TURNS])[which]  # (n,): whose turn it is within a round
    by_lot = drawn(evidence.keys[group], len(group), seed, stream)
    rounds = pd.Series(which[by_lot]).groupby(which[by_lot]).cumcount()
    return by_lot[np.lexsort((turns[by_lot], rounds))][:count]


def _k_center(group: Positions, count: int, evidence: Evidence, stream: Stream) -> Positions:
    from diversify.curation.selectors.kcenter import kcenter_order, most_central

    vectors = evidence.vectors(group)
    return kcenter_order(vectors, count, first=most_central(vectors))


def _facility_location(
    group: Positions, count: int, evidence: Evidence, stream: Stream
) -> Positions:
    from diversify.curation.selectors.facility import facility_order

    options = evidence.options
    return facility_order(evidence.vectors(group), count, options.neighbours, options.probes)


def _deita(group: Positions, count: int, evidence: Evidence, stream: Stream) -> Positions:
    from diversify.curation.selectors.deita import deita_order

    vectors, scores = evidence.vectors(group), evidence.known_scores(group)
    return deita_order(vectors, scores, count, evidence.options.similarity)


def _mig(group: Positions, count: int, evidence: Evidence, stream: Stream) -> Positions:
    from diversify.curation.selectors.mig import label_weights, mig_order

    scores, options = evidence.scores_if_any(group), evidence.options
    if scores is not None and scores.min() < 0:
        raise DataError(
            f"strategy mig: {options.score_column} has scores below 0 (down to {scores.min():g}): "
            "a row cannot tell less than nothing; give scores from 0 on"
        )
    labels, vectors = evidence.clusters(group), evidence.vectors(group)
    weights = label_weights(labels, vectors, scores, options.kinship)
    return mig_order(weights, count, options.power)


def _centroid(group: Positions, count: int, evidence: Evidence, stream: Stream) -> Positions:
    from diversify.curation.selectors.centroid import centroid_order

    return centroid_order(evidence.vectors(group), evidence.clusters(group), count)


def _mmr(group: Positions, count: int, evidence: Evidence, stream: Stream) -> Positions:
    from diversify.curation.selectors.mmr import mmr_order

    scores = evidence.scores_if_any(group)
    # without scores the order would be by how central a row is, which is the opposite of diverse
    relevance = 0.0 if scores is None else evidence.options.relevance
    return mmr_order(evidence.vectors(group), scores, count, relevance)


def _dpp(group: Positions, count: int, evidence: Evidence, stream: Stream) -> Positions:
    from diversify.curation.selectors.dpp import dpp_order

    return dpp_order(evidence.vectors(group), count)


RANKS: Mapping[Strategy, Rank] = {
    "random": _random,
    "cluster-balanced": _cluster_balanced,
    "k-center": _k_center,
    "facility-location": _facility_location,
    "deita": _deita,
    "mig": _mig,
    "centroid": _centroid,
    "mmr": _mmr,
    "dpp": _dpp,
}
