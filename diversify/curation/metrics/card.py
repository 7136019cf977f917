"""All measures of one set of rows, out of what is known of its pool."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.measure import MeasureOptions
from diversify.curation.metrics.balance import Labels, cluster_balance
from diversify.curation.metrics.coverage import Nearest, nearest_picked
from diversify.curation.metrics.novelty import densities, novel_sum
from diversify.curation.metrics.spread import mean_distance, vendi_score
from diversify.curation.metrics.words import Counts, WordRuns, word_counts, word_runs
from diversify.curation.near.rounding import Positions, Vectors, rounded
from diversify.records import prompt_text

Values = dict[str, float]
"""What was measured, by name."""


@dataclass(frozen=True)
class Pool:
    """All that is known of the rows of a pool, in the order of their content."""

    vectors: Vectors
    sources: npt.NDArray[np.object_]
    labels: Labels | None
    runs: WordRuns
    prompt_words: Counts
    response_words: Counts
    tokens: Counts | None
    reference: Positions
    """Rows that coverage and density are measured on."""


def laid_out(
    rows: pd.DataFrame,
    embeddings: npt.NDArray[np.floating],
    labels: Labels | None,
    tokens: Counts | None,
    options: MeasureOptions,
    by_content: Positions,
) -> Pool:
    """Lay out a pool in the order of its content."""
    table = rows.iloc[by_content]
    prompts = [
        prompt_text(*pair) for pair in zip(table["instruction"], table["input"], strict=True)
    ]
    return Pool(
        vectors=rounded(embeddings[by_content]),
        sources=table["source"].to_numpy(dtype=object),
        labels=None if labels is None else labels[by_content],
        runs=word_runs(prompts, options.ngrams),
        prompt_words=word_counts(prompts),
        response_words=word_counts(table["response"]),
        tokens=None if tokens is None else tokens[by_content],
        reference=_evenly(len(rows), options.reference),
    )


def measures(pool: Pool, picked: Positions, options: MeasureOptions) -> Values:
    """Measure one set of rows of a pool."""
    vectors = pool.vectors[picked]
    found: Values = {}
    if pool.labels is not None:
        balance = cluster_balance(pool.labels[picked], len(np.unique(pool.labels)))
        found |= {"cluster_entropy": balance.entropy, "cluster_coverage": balance.covered}
    near = _nearest(pool, picked)
    found |= {
        "radius": near.radius,
        "reach": near.mean_distance,
        "facility_location": near.facility_location,
        "vendi": vendi_score(vectors, options.vendi_order),
        "novelsum": _novelty(pool, picked, options),
        "mean_distance": mean_distance(vectors),
    }
    for size in range(1, options.ngrams + 1):
        found[f"distinct_{size}"] = pool.runs.distinct(size, picked)
    lengths = {"prompt_words": pool.prompt_words, "response_words": pool.response_words}
    if pool.tokens is not None:
        lengths["tokens"] = pool.tokens
    for name, counts in lengths.items():
        found[f"{name}_mean"] = float(counts[picked].mean())
        found[f"{name}_median"] = float(np.median(counts[picked]))
    return found


def _nearest(pool: Pool, picked: Positions) -> Nearest:
    """Find how near the pool's rows are to a set; those of the set are there already."""
    outside = ~np.isin(pool.reference, picked)
    distances, cosines = np.zeros(len(outside)), np.ones(len(outside))
    if outside.any():
        found = nearest_picked(pool.vectors[pool.reference[outside]], pool.vectors[picked])
        distances[outside], cosines[outside] = found.distances, found.cosines
    return Nearest(distances, cosines)


def _novelty(pool: Pool, picked: Positions, options: MeasureOptions) -> float:
    """Measure NovelSum on an even sample of a set."""
    sample = picked[_evenly(len(picked), options.novelty_rows)]
    own = np.full(len(pool.vectors), -1, dtype=np.intp)
    own[pool.reference] = np.arange(len(pool.reference))
    vectors = pool.vectors[sample]
    if options.density:
        known = pool.vectors[pool.reference]
        density = densities(vectors, known, own[sample], options.neighbours) ** options.density
    else:
        density = np.ones(len(sample))
    return novel_sum(vectors, density, options.proximity)


def _evenly(rows: int, wanted: int) -> Positions:
    """Give positions at even steps, in the middle of each step; all if 0 or as many are wanted."""
    if not wanted or rows <= wanted:
        return np.arange(rows)
    steps: Positions = np.floor((np.arange(wanted) + 0.5) * (rows / wanted)).astype(np.intp)
    return steps
