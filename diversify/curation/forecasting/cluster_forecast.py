"""How long grouping many rows will take, told from grouping some."""

import math
import sys
from functools import partial
from typing import Any

from diversify.config.cluster import ClusterOptions
from diversify.config.forecast import ForecastOptions
from diversify.curation.cluster import group_rows
from diversify.curation.forecasting.forecast import (
    Cost,
    Prepare,
    grown,
    memory_for,
    seconds_for,
    timed,
)
from diversify.curation.grouping.cluster_count import TRIED, usual_count
from diversify.curation.ranking import Embeddings

FEW, MANY = 2, 22
"""Rounds of a short trial and of a longer one: what they differ by is what rounds take."""
BATCHES = 3
"""Batches among which minibatch draws its first centres (scikit-learn's own value)."""
LATER = 2
"""Times as many rounds as in the trial that groups take which settled there: 1.5 to 2."""
TINY = 256
"""Rows of a first run, which loads libraries and compiles what is to be compiled."""
CENTRES = 16
"""Centres where only memory is looked at, which hangs on rows."""


def cluster_cost(
    vectors: Embeddings,
    rows: int,
    options: ClusterOptions,
    threads: int,
    trying: ForecastOptions,
) -> Cost:
    """Tell what grouping `rows` rows will take, from grouping those that are given.

    For a kind of k-means, the time before and after the rounds grows with rows and with centres
    (with k log k of them where k-means++ draws each of them from a few candidates), that of a round
    with rows and centres. For density, time grows with rows.

    Args:
        vectors: unit rows that stand for all.  # (m, d)
        rows: how many there will be.
        options: as they will be grouped.
        threads: as will be used.
        trying: how much may be tried, and when rounds usually end.
    """
    short = _with(options, iterations=FEW, rows_per_cluster=0, clusters_by="size")
    _, first = timed(partial(group_rows, vectors[:TINY], _with(short, clusters=2), threads))
    if options.method == "density":
        tried = min(rows, len(vectors))
        trials = grown(_heads(vectors, options, threads), tried, trying.trial_seconds)
        seconds = seconds_for(trials, rows)
    else:
        seconds = _seconds(vectors, rows, options, short, threads, trying)
    few = _with(short, clusters=min(CENTRES, rows))
    memory = memory_for(_heads(vectors, few, threads), len(vectors), rows)
    return Cost(first + seconds, memory)


def _with(options: ClusterOptions, **changes: Any) -> ClusterOptions:
    return options.model_copy(update=changes)


def _heads(vectors: Embeddings, options: ClusterOptions, threads: int) -> Prepare:
    """Make ready the grouping of the first rows."""
    return lambda rows: partial(group_rows, vectors[:rows], options, threads)


def _seconds(
    vectors: Embeddings,
    rows: int,
    options: ClusterOptions,
    short: ClusterOptions,
    threads: int,
    trying: ForecastOptions,
) -> float:
    """Add up the rounds and what surrounds them, for each number of centres that will be tried."""
    centres = centres_tried(options, rows)
    tried = min(max(centres), max(2, trying.centre_rows // len(vectors)), len(vectors))
    short = _with(short, clusters=tried)
    half = vectors[: max(tried, len(vectors) // 2)]
    round_seconds, rounds = _rounds(half, short, threads)
    per_round = round_seconds / len(half)
    _, whole = timed(partial(group_rows, vectors, short, threads))
    surrounding = max(0.0, whole - FEW * per_round * len(vectors))
    total = 0.0
    for count in centres:
        more = seeding(rows, count, options) / seeding(len(vectors), tried, options)
        looked_at = rows_looked_at(rows, count, rounds, options, trying)
        total += surrounding * more + looked_at * per_round * count / tried
    if options.clusters_by != "size":
        scored = _with(short, clusters_by=options.clusters_by, clusters_tried=[tried])
        _, plain = timed(partial(group_rows, half, short, threads))
        _, with_score = timed(partial(group_rows, half, scored, threads))
        total += max(0.0, with_score - plain) * len(centres)
    return total


def _rounds(vectors: Embeddings, short: ClusterOptions, threads: int) -> tuple[float, int]:
    """Give the seconds of a round, from two runs of some rounds each, and how many more rows take.

    Groups that settle soon in the trial will do so in the run, a little later.
    """
    few, soon = timed(partial(group_rows, vectors, short, threads))
    many, late = timed(partial(group_rows, vectors, _with(short, iterations=MANY), threads))
    more = many.iterations - few.iterations
    settled = LATER * many.iterations if many.iterations < MANY else sys.maxsize
    # without more rounds, what surrounds them is all there is
    return (max(0.0, (late - soon) / more) if more > 0 else 0.0), settled


def centres_tried(options: ClusterOptions, rows: int) -> list[int]:
    """List the numbers of centres that rows will be grouped around, one after the other."""
    usual = usual_count(rows)
    if options.clusters_by == "size":
        return [min(rows, options.clusters or usual)]
    wanted = options.clusters_tried or [max(2, round(usual * part)) for part in TRIED]
    return sorted({min(rows, count) for count in wanted})


def seeding(rows: int, centres: int, options: ClusterOptions) -> float:
    """Say how the work before the rounds grows with rows and centres.

    k-means++ draws each centre out of 2 + log k candidates, and minibatch has it look at a few
    batches only.
    """
    if options.method == "spherical":
        return float(rows * centres)
    if options.method == "minibatch":
        rows = min(rows, max(centres, BATCHES * options.minibatch_rows))
    return float(rows * centres * (2 + int(math.log(centres))))


def rows_looked_at(
    rows: int, centres: int, rounds: int, options: ClusterOptions, trying: ForecastOptions
) -> float:
    """Say how many rows all rounds, at most so many, will look at together."""
    if options.method == "minibatch":
        return min(options.iterations * rows, trying.minibatch_seen)
    if options.method == "kmeans":
        return min(rounds, options.iterations, trying.kmeans_rounds) * rows
    drawn = options.rows_per_cluster * centres or rows
    return min(rounds, options.iterations, trying.spherical_rounds) * min(rows, drawn)
