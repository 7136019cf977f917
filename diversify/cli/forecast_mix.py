"""What embedding, grouping, picking and writing will take: tried on a sample, and told from it."""

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from diversify.cli.forecast_pool import Foreseen
from diversify.cli.pool import Pool
from diversify.cli.written import write_mixes
from diversify.config.cluster import ClusterOptions
from diversify.config.forecast import ForecastOptions
from diversify.config.mix import MixOptions
from diversify.config.recipe import Recipe
from diversify.curation.dedup import drop_duplicates
from diversify.curation.forecasting.cluster_forecast import cluster_cost
from diversify.curation.forecasting.forecast import (
    Cost,
    Rows,
    Step,
    Work,
    grown,
    memory_for,
    seconds_for,
)
from diversify.curation.forecasting.ranking_forecast import ranking_cost
from diversify.curation.forecasting.stand_ins import stand_ins
from diversify.curation.grouping.cluster_count import usual_count
from diversify.curation.grouping.texts import row_texts
from diversify.curation.mix import draw_mix
from diversify.curation.mixed import MixResult
from diversify.curation.ranking import Embeddings
from diversify.curation.validation import set_aside
from diversify.errors import DataError
from diversify.hardware import limited_threads
from diversify.io.embed_forecast import HELD, embed_forecast
from diversify.io.meter import Meter, memory_held

SEED = 0
"""Of the vectors that stand in for others in a trial."""


def foresee_mix(
    pool: Foreseen, recipe: Recipe, threads: int, trying: ForecastOptions
) -> Iterator[Step]:
    """Tell what each step after the light ones will take.

    Raises:
        ConfigError: the model cannot be loaded, or the strategy lacks what it needs.
    """
    ground = _Ground(memory_held() + _tables(pool))
    if recipe.dedup.method == "semantic" or recipe.mix.needs_vectors:
        step, ground = _embedded(pool, recipe, threads, trying)
        yield step
    if ground.sample is not None and recipe.dedup.method == "semantic":
        alike = _semantic(pool, ground.sample, recipe, trying)
        yield _step("dedup, semantic", pool.count, pool.count, alike, ground.base)
    drawing, writing = _drawn_and_written(pool, recipe, trying)
    if ground.sample is not None and recipe.mix.needs_vectors:
        grouping = ClusterOptions(**recipe.cluster.model_dump(), seed=recipe.mix.seed)
        clustering = cluster_cost(ground.sample, pool.count.count, grouping, threads, trying)
        yield _step("cluster", pool.count, pool.count, clustering, ground.base)
        clusters = recipe.cluster.clusters or usual_count(pool.count.count)
        drawing = drawing.then(
            ranking_cost(ground.sample, pool.wanted, clusters, pool.scores, recipe.mix, trying)
        )
        if recipe.mix.validation:
            writing = writing.then(_validation(pool, ground.sample, recipe, trying))
    out = picked(pool, recipe.mix)
    yield _step("mix", pool.count, out, drawing, ground.base)
    yield _step("write", out, out, writing, ground.base)


@dataclass(frozen=True)
class _Ground:
    """What a step finds."""

    base: int
    """Bytes that are held before it."""
    sample: Embeddings | None = None
    """Vectors that stand for all, where there are any."""


def _embedded(
    pool: Foreseen, recipe: Recipe, threads: int, trying: ForecastOptions
) -> tuple[Step, _Ground]:
    """Tell what embedding will take, and what the steps behind it find."""
    tables = _tables(pool)
    base = memory_held() + tables
    texts = row_texts(pool.rows, recipe.embed.field)
    with limited_threads(threads):
        found = embed_forecast(texts, pool.times, recipe.embed, threads, trying)
    step = _step("embed", pool.count, pool.count, found.cost, base)
    rows, dimensions = pool.count.count, found.vectors.shape[1]
    rng = np.random.default_rng(SEED)
    sample = stand_ins(found.vectors, min(rows, trying.trial_rows), rng)
    held = tables + found.left + HELD * rows * dimensions
    del texts, found
    return step, _Ground(memory_held() + held, sample)


def picked(pool: Foreseen, options: MixOptions) -> Rows:
    """Say how many rows the mix will have."""
    if pool.costs is None:
        return Rows(options.largest)
    return Rows(round(options.largest / float(pool.costs.mean())), "about")


def _step(name: str, rows_in: Rows, rows_out: Rows, cost: Cost, base: int) -> Step:
    return Step(name, rows_in, rows_out, cost.seconds, base + cost.memory, "predicted")


def _tables(pool: Foreseen) -> int:
    """Give the bytes of the rows that were not read."""
    return int(pool.rows.memory_usage(deep=True).sum() * (pool.times - 1))


def _semantic(pool: Foreseen, sample: Embeddings, recipe: Recipe, trying: ForecastOptions) -> Cost:
    """Look for near vectors among some rows; all are compared with all."""

    def prepare(size: int) -> Work:
        rows = pool.rows.iloc[:size]
        return partial(drop_duplicates, rows, recipe.dedup, embeddings=sample[:size])

    most = min(len(sample), len(pool.rows))
    trials = grown(prepare, most, trying.trial_seconds)
    seconds = seconds_for(trials, pool.count.count, lambda rows: float(rows) ** 2)
    return Cost(seconds, memory_for(prepare, most, pool.count.count))


def _drawn_and_written(
    pool: Foreseen, recipe: Recipe, trying: ForecastOptions
) -> tuple[Cost, Cost]:
    """Draw a plain random mix and write it where nobody will look."""
    count = picked(pool, recipe.mix).count
    rows = min(count, trying.written_rows, len(pool.rows))
    plain = MixOptions(budget=(rows,), strategy="random")
    with Meter() as drawing:
        result = draw_mix(pool.rows, None, None, plain)
    here = Pool(pool.rows, None, None, {}, {})
    with tempfile.TemporaryDirectory(prefix="diversify-") as folder, Meter() as writing:
        out = Path(folder) / "mix.jsonl"
        write_mixes([out], "messages", result, here, Recipe(mix=plain), {}, [])
    of_all = sum(recipe.mix.budget) / recipe.mix.largest * count / rows
    return (
        Cost(drawing.seconds * pool.times, int((drawing.peak - drawing.before) * pool.times)),
        Cost(writing.seconds * of_all, int((writing.peak - writing.before) * count / rows)),
    )


def _validation(
    pool: Foreseen, sample: Embeddings, recipe: Recipe, trying: ForecastOptions
) -> Cost:
    """Set a row aside among some rows; all that are left are compared with the mix."""
    share = min(0.9, picked(pool, recipe.mix).count / pool.count.count)
    similarity = recipe.mix.validation_similarity

    def prepare(size: int) -> Work:
        rows = pool.rows.iloc[:size]
        budget = max(1, int(share * size))
        options = MixOptions(
            budget=(budget,), strategy="random", validation=1, validation_similarity=similarity
        )
        return partial(set_one_aside, rows, draw_mix(rows, None, None, options))

    def set_one_aside(rows: pd.DataFrame, mix: MixResult) -> None:
        with suppress(DataError):  # all are near: that took as long
            set_aside(rows, sample[: len(rows)], mix)

    most = min(len(sample), len(pool.rows))
    trials = grown(prepare, most, trying.trial_seconds)
    seconds = seconds_for(trials, pool.count.count, lambda rows: float(rows) ** 2)
    return Cost(seconds, memory_for(prepare, most, pool.count.count))
