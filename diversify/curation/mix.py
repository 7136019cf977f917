"""Draw a mix: exactly the budget, every quota met, the same rows whatever the file order.

One ranking: the mix of a smaller budget is the head of the mix of a larger one, in the order of
the picks. Quotas hold at the largest budget; at every head each part has its share within a row.
Where rows_of names the rows of each source, each has a ranking of its own.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from diversify.config.mix import MixOptions
from diversify.curation.lots import content_keys
from diversify.curation.mixed import MixResult, lay_out, mix_result
from diversify.curation.near.rounding import Positions
from diversify.curation.order import content_order
from diversify.curation.ranking import Embeddings, Evidence, Labels, Scores, rank_to
from diversify.curation.sharing.alone import rank_alone
from diversify.curation.sharing.apportion import interleave, turns
from diversify.curation.sharing.parts import Costs, Part, parts_of
from diversify.curation.sharing.population import Population, count_population, good_sources
from diversify.curation.sharing.shares import Shares, share_out
from diversify.errors import ConfigError, DataError


def draw_mix(
    rows: pd.DataFrame,
    embeddings: Embeddings | None,
    labels: Labels | None,
    options: MixOptions,
    costs: Costs | None = None,
    scores: Scores | None = None,
    population: Population | None = None,
) -> MixResult:
    """Pick rows for exactly the largest budget, in an order whose every head is a fair mix.

    Args:
        rows: row table, in any order.
        embeddings: one for each row, in the same order; needed by most strategies.
        labels: cluster of each row; needed by cluster-balanced, and by quotas and allocations
            over clusters.
        options: the budget, the quotas, the strategy and the seed.
        costs: what each row takes from the budget, (n,) int64: its tokens; 1 if not given.
        scores: quality of each row, (n,) float64; needed by a score floor and by deita.
        population: what there is in all, where the rows are the best of each shard.

    Raises:
        ConfigError: a source is unknown, or a strategy lacks what it needs.
        DataError: budget, quotas and rows clash, or the arrays are not those of the rows.
    """
    _check_lengths(rows, embeddings=embeddings, labels=labels, costs=costs, scores=scores)
    spent = np.ones(len(rows), dtype=np.int64) if costs is None else costs
    good = good_enough(rows, scores, options)
    by_content = content_order(rows)
    if population is None:
        population = count_population(rows["source"], labels, spent, good)
    if options.by_cluster and labels is None:
        raise ConfigError(
            "quotas and allocations over clusters need clusters: run `diversify cluster`"
        )
    known = sorted(set(population["source"])) if options.rows_of else good_sources(population)
    parts = parts_of(rows["source"], by_content[good[by_content]], options, known)
    shares = share_out(parts, population, options)
    evidence = Evidence(embeddings, labels, scores, options, content_keys(rows["id"]))
    ranked = [
        _ranked(part, place, shares, spent, evidence) for place, part in enumerate(shares.parts)
    ]
    picks, of_part = _merged(ranked, shares, spent, options)
    ends = np.cumsum(spent[picks])
    heads = tuple(_nearest_head(ends, budget) for budget in options.budget)
    picks, of_part = picks[: heads[-1]], of_part[: heads[-1]]
    reasons = [f"{part.reason}, {options.strategy_for(part.name)}" for part in parts]
    picked = lay_out(rows, labels, spent, picks, [reasons[i] for i in of_part])
    return mix_result(population, picked, heads, options)


def check_budget(
    rows: pd.DataFrame,
    options: MixOptions,
    costs: Costs | None = None,
    scores: Scores | None = None,
) -> None:
    """Make sure that budget and quotas of sources can be met, before anything slow is done.

    Raises:
        ConfigError: the core, a quota or rows_of names no source.
        DataError: there are too few rows, or the quotas clash.
    """
    free = {"allocation": "free", "cluster_min": {}, "cluster_max": {}, "strategy": "random"}
    spent = np.ones(len(rows), dtype=np.int64) if costs is None else costs
    good = good_enough(rows, scores, options)
    parts = parts_of(rows["source"], np.flatnonzero(good), options)
    population = count_population(rows["source"], None, spent, good)
    share_out(parts, population, options.model_copy(update=free))


def good_enough(
    rows: pd.DataFrame, scores: Scores | None, options: MixOptions
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each row whether its score reaches the floor; without a floor, all do."""
    if options.score_floor is None:
        return np.ones(len(rows), dtype=bool)
    assert scores is not None, "a score floor needs scores"
    good: np.ndarray[Any, np.dtype[np.bool_]] = scores >= options.score_floor
    return good


def _check_lengths(rows: pd.DataFrame, **arrays: Any) -> None:
    """Make sure that embeddings and labels are those of the rows, as far as their number tells."""
    words = {"labels": "cluster labels"}
    for name, values in arrays.items():
        if values is not None and len(values) != len(rows):
            raise DataError(
                f"{len(values)} {words.get(name, name)} for {len(rows)} rows: "
                "make them of these rows"
            )


def _ranked(part: Part, place: int, shares: Shares, costs: Costs, evidence: Evidence) -> Positions:
    """Rank what a part gives: each of its cells by the strategy, merged by Webster's rule."""
    if evidence.options.rows_of:
        own = replace(evidence, options=evidence.options.alone(part.name))
        return rank_alone(part, int(shares.targets[place].sum()), own)
    cells, weights = [], []
    of_part = zip(shares.clusters, shares.targets[place], shares.pace[place], strict=True)
    for cluster, target, weight in of_part:
        if target:
            rows, stream = part.rows, [part.stream]
            if evidence.options.by_cluster:
                rows = rows[evidence.clusters(rows) == cluster]
                stream.append(cluster + 1)  # noise, where it is kept, is cluster -1
            cells.append(rank_to(int(target), rows, costs, evidence, stream))
            weights.append(float(weight))
    if not cells:
        return part.rows[:0]
    order = interleave([costs[cell] for cell in cells], weights)
    return np.concatenate(cells)[order]


def _merged(
    ranked: list[Positions], shares: Shares, costs: Costs, options: MixOptions
) -> tuple[Positions, Positions]:
    """Merge the parts: picks in order, and the part of each."""
    of_part = np.repeat(np.arange(len(ranked)), [len(rows) for rows in ranked])
    if options.unit != "rows":
        taken = np.maximum(shares.targets.sum(axis=1), 1).astype(float).tolist()
        order = interleave([costs[rows] for rows in ranked], taken)
        return np.concatenate(ranked)[order], of_part[order]
    turn = turns(shares.turn_weights(options), options.largest)
    picks = np.empty(options.largest, dtype=np.intp)
    for place, rows in enumerate(ranked):
        picks[turn == place] = rows
    return picks, turn


def _nearest_head(ends: Costs, budget: int) -> int:
    """Give the number of rows whose costs add up nearest to a budget; the fewer if that ties."""
    under = int(np.searchsorted(ends, budget, side="right"))
    so_far = int(ends[under - 1]) if under else 0
    if under < len(ends) and int(ends[under]) - budget < budget - so_far:
        return under + 1
    return under
