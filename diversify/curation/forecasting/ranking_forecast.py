"""How long ranking many rows will take, told from ranking some."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from diversify.config.cluster import ClusterOptions
from diversify.config.forecast import ForecastOptions
from diversify.config.mix import MixOptions, Strategy
from diversify.curation.cluster import group_rows
from diversify.curation.forecasting.forecast import Cost, Work, grown, memory_for, seconds_for
from diversify.curation.near.neighbours import EXACT
from diversify.curation.near.rounding import Positions
from diversify.curation.ranking import Embeddings, Evidence, Labels, Scores, rank_rows

BY_PRODUCT: tuple[Strategy, ...] = ("k-center", "deita", "mmr")
"""Strategies that compare rows with picks; facility-location compares rows with rows, and the
others look at rows or clusters alone."""
OF_CLUSTERS: tuple[Strategy, ...] = ("cluster-balanced", "mig", "centroid", "dpp")
"""Strategies that look at clusters."""
IN_CELLS = 25
"""Comparisons of a row with others, for each sqrt(rows), where facility-location compares rows of
like cells alone: half of its 30, of two operations each, in products that are smaller and slower
by 1.7."""
ROUNDS = 5
"""Of the k-means whose clusters stand in for those that are not there yet."""


class Wanted(NamedTuple):
    """What is picked of a part of the mix."""

    rows: int
    picks: int


def ranking_cost(
    vectors: Embeddings,
    wanted: Sequence[Wanted],
    clusters: int,
    scores: Scores | None,
    options: MixOptions,
    trying: ForecastOptions,
) -> Cost:
    """Tell what the strategy will take to rank each part, from ranking fewer rows of each.

    Rows, picks and clusters shrink alike, so a cluster of a trial is as large as one of the run:
    where picks come from inside each cluster, time grows with their number alone.

    Args:
        vectors: unit rows that stand for all.  # (m, d)
        wanted: rows and picks of each part.
        clusters: how many there will be.
        scores: of some rows, to draw from.
        options: of the mix.
        trying: how much may be tried.
    """
    rows = sum(part.rows for part in wanted)
    most = min(rows, len(vectors))
    trial = _Trial(vectors, wanted, clusters / rows, scores, options)
    trials = grown(trial.prepare, most, trying.trial_seconds)
    linear = options.by_cluster or not trial.products(rows)
    seconds = seconds_for(trials, rows, None if linear else trial.products)
    return Cost(seconds, memory_for(trial.prepare, most, rows))


def products(rows: float, picks: float, strategy: Strategy) -> float:
    """Say how many comparisons a strategy needs for a part; 0 where it goes by rows alone."""
    if strategy == "facility-location":
        return rows * (rows if rows <= EXACT else IN_CELLS * rows**0.5)
    return rows * picks if strategy in BY_PRODUCT else 0


@dataclass(frozen=True)
class _Trial:
    """What is ranked in a trial."""

    vectors: Embeddings
    wanted: Sequence[Wanted]
    clusters: float
    """For each row."""
    scores: Scores | None
    options: MixOptions

    def share(self, size: int) -> float:
        """Say which part of all rows so many are."""
        return size / sum(part.rows for part in self.wanted)

    def products(self, size: int) -> float:
        """Add up the comparisons that so many rows need, parts in proportion."""
        share, strategy = self.share(size), self.options.strategy
        return sum(products(rows * share, picks * share, strategy) for rows, picks in self.wanted)

    def prepare(self, size: int) -> Work:
        """Make ready the ranking of so many rows."""
        vectors = self.vectors[:size]
        scores = None if self.scores is None else np.resize(self.scores, size)
        labels = None
        if self.options.by_cluster or self.options.strategy in OF_CLUSTERS:
            labels = _labels(vectors, round(self.clusters * size))
        keys = np.arange(size, dtype=np.uint64)
        return partial(self.rank, Evidence(vectors, labels, scores, self.options, keys))

    def rank(self, evidence: Evidence) -> None:
        """Rank the first rows, so many for each part."""
        assert evidence.embeddings is not None, "a trial has vectors"
        share, start = self.share(len(evidence.embeddings)), 0
        for place, part in enumerate(self.wanted):
            group = np.arange(start, start + int(part.rows * share))
            _rank(group, int(part.picks * share), evidence, place)
            start += len(group)


def _labels(vectors: Embeddings, clusters: int) -> Labels:
    """Group rows roughly."""
    options = ClusterOptions(method="spherical", clusters=max(1, clusters), iterations=ROUNDS)
    return group_rows(vectors, options).labels


def _rank(group: Positions, picks: int, evidence: Evidence, place: int) -> None:
    """Rank a part, as a whole or inside each of its clusters."""
    if not evidence.options.by_cluster:
        rank_rows(min(picks, len(group)), group, evidence, [place])
        return
    clusters = evidence.clusters(group)
    for cluster in np.unique(clusters):
        cell = group[clusters == cluster]
        share = round(picks * len(cell) / len(group))
        rank_rows(share, cell, evidence, [place, int(cluster)])
