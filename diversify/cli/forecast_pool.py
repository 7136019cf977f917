"""What there will be to pick from: the light steps of a mix are run, and told by the second."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd

from diversify.cli.pool import scores_if_asked
from diversify.cli.pool_from_files import unique_rows, without_leaks
from diversify.config.forecast import ForecastOptions
from diversify.config.recipe import Recipe
from diversify.curation.forecasting.forecast import (
    Known,
    Rows,
    Step,
    Work,
    grown,
    seconds_for,
    timed,
)
from diversify.curation.forecasting.ranking_forecast import Wanted
from diversify.curation.mix import check_budget, good_enough
from diversify.curation.ranking import Scores
from diversify.curation.sharing.parts import Costs, parts_of
from diversify.curation.sharing.population import count_population
from diversify.curation.sharing.shares import share_out
from diversify.errors import DataError
from diversify.io.glance import Glance, look_at
from diversify.io.meter import Meter, memory_held, seconds_alive
from diversify.io.readers import Place
from diversify.io.tokens import load_tokenizer, token_counts

FREE: dict[str, object] = {
    "allocation": "free",
    "cluster_min": {},
    "cluster_max": {},
    "strategy": "random",
    "score_floor": None,
}
"""What a mix is without clusters, and without the rows below the floor."""


@dataclass(frozen=True)
class Foreseen:
    """Rows to pick from, as far as they were read, and what it took."""

    glance: Glance
    rows: pd.DataFrame
    """Those that stay of the rows that were read."""
    known: Known = "exactly"
    """How well their number is known: at most, where what was not tried will drop more."""
    costs: Costs | None = None
    """Tokens of some rows, where the budget counts them."""
    scores: Scores | None = None
    wanted: list[Wanted] = field(default_factory=list)
    """Rows and picks of each part of the mix."""
    steps: list[Step] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def count(self) -> Rows:
        """How many rows there will be to pick from."""
        return Rows(self.glance.expected(self.rows), self.known)

    @property
    def times(self) -> float:
        """How many rows there will be, for each that is here."""
        return self.count.count / len(self.rows)


def foresee_pool(
    sources: Sequence[tuple[str, Place]], recipe: Recipe, threads: int, trying: ForecastOptions
) -> Foreseen:
    """Read, drop duplicates and leaks, and see whether the budget can be met.

    Raises:
        ConfigError: the core or a quota names no source.
        DataError: a file cannot be read, or the budget and the quotas clash.
    """
    steps = [Step("start", Rows(0), Rows(0), seconds_alive(), memory_held(), "measured")]
    with Meter() as meter:
        glance = look_at(sources, recipe.ingest, trying)
    pool = Foreseen(glance, glance.rows, "exactly" if glance.whole else "about", steps=steps)
    pool = _with_step(pool, "ingest", Rows(glance.rows_in, pool.known), meter, glance.rows)
    light = _without_vectors(recipe)
    with Meter() as meter:
        rows = unique_rows(glance.rows, light, threads).kept
    before = pool.count
    if not glance.whole or recipe.dedup.method == "semantic":
        pool = replace(pool, known="at most")  # a sample misses twins of its rows
    pool = _with_step(pool, "dedup", before, meter, rows)
    if recipe.benchmarks:
        with Meter() as meter:
            rows, _ = without_leaks(rows, light, threads)
        before = pool.count
        if recipe.decontaminate.similarity is not None:
            pool = replace(pool, known="at most")
        pool = _with_step(pool, "decontaminate", before, meter, rows)
    if not len(rows):
        raise DataError("no rows are left to pick from: the steps before dropped them all")
    pool = _with_tokens(pool, recipe, trying)
    pool = replace(pool, scores=scores_if_asked(pool.rows, recipe.mix))
    return _checked(pool, recipe)


def _without_vectors(recipe: Recipe) -> Recipe:
    """Leave out what compares vectors: that is no light step."""
    exact = recipe.dedup.model_copy(update={"method": "exact"})
    words = recipe.decontaminate.model_copy(update={"similarity": None})
    dedup = exact if recipe.dedup.method == "semantic" else recipe.dedup
    return recipe.model_copy(update={"dedup": dedup, "decontaminate": words})


def _with_step(
    pool: Foreseen, name: str, rows_in: Rows, meter: Meter, rows: pd.DataFrame
) -> Foreseen:
    """Add a step that was run, and the rows it left; a run on a part stands for the whole."""
    times = pool.glance.share
    pool = replace(pool, rows=rows)
    step = Step(
        name=name,
        rows_in=rows_in,
        rows_out=pool.count,
        seconds=meter.seconds * times,
        peak=int(meter.before + (meter.peak - meter.before) * times),
        how="measured" if times == 1 else "predicted",
    )
    return replace(pool, steps=[*pool.steps, step])


def _with_tokens(pool: Foreseen, recipe: Recipe, trying: ForecastOptions) -> Foreseen:
    """Count the tokens of some rows, where the budget counts tokens."""
    unit, tokenizer = recipe.mix.unit, recipe.mix.tokenizer
    if unit == "rows":
        return pool
    counted: list[Costs] = []

    def prepare(size: int) -> Work:
        rows = pool.rows.iloc[np.linspace(0, len(pool.rows) - 1, size).astype(int)]
        return lambda: counted.append(token_counts(rows, unit, tokenizer))

    with Meter() as meter:
        _, loading = timed(partial(load_tokenizer, tokenizer))
        _, again = timed(partial(load_tokenizer, tokenizer))
        trials = grown(prepare, len(pool.rows), trying.trial_seconds)
    seconds = loading - again + seconds_for(trials, pool.count.count)
    step = Step("tokens", pool.count, pool.count, seconds, meter.peak, "predicted")
    return replace(pool, costs=counted[-1], steps=[*pool.steps, step])


def _checked(pool: Foreseen, recipe: Recipe) -> Foreseen:
    """See what each part of the mix takes; where rows or tokens are estimates, only warn."""
    if pool.glance.whole and pool.costs is None:
        check_budget(pool.rows, recipe.mix, None, pool.scores)
    good = good_enough(pool.rows, pool.scores, recipe.mix)
    counts = pool.glance.of_sources(pool.rows[good])
    sources = pd.Series(np.repeat(list(counts), list(counts.values())), dtype="str")
    ones = np.ones(1, dtype=np.int64)
    costs = np.resize(ones if pool.costs is None else pool.costs, len(sources))
    free = recipe.mix.model_copy(update=FREE)
    parts = parts_of(sources, np.arange(len(sources)), free)
    try:
        there = count_population(sources, None, costs, np.ones(len(sources), dtype=bool))
        targets = share_out(parts, there, free).targets.sum(axis=1)
    except DataError as error:
        if not len(sources) or (pool.glance.whole and pool.costs is None):
            raise
        pool = replace(pool, warnings=[*pool.warnings, f"by estimate, {error}"])
        targets = np.array([free.largest * len(part.rows) / len(sources) for part in parts])
    picks = np.ceil(targets / costs.mean()).astype(int)
    wanted = [
        Wanted(len(part.rows), min(len(part.rows), int(count)))
        for part, count in zip(parts, picks, strict=True)
    ]
    return replace(pool, wanted=wanted)
