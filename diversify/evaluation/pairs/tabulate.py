"""One long table of all scores, and the verdicts between arms."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from diversify.config.tabulate import TabulateOptions
from diversify.errors import ConfigError
from diversify.evaluation.pairs.aligned import Model, align
from diversify.evaluation.pairs.arm_scores import ArmScore, arm_score, arm_scores
from diversify.evaluation.pairs.compare import Comparison, compare, reference_of
from diversify.evaluation.pairs.measures import Measure, arms_of, measures
from diversify.evaluation.pairs.records import (
    DIGITS,
    Record,
    comparison_record,
    named,
    rounded,
    score_record,
)
from diversify.evaluation.pairs.resampling import Resampled, resample
from diversify.evaluation.pairs.smallest import smallest_of_models
from diversify.evaluation.pairs.words import sentence


@dataclass(frozen=True)
class Tabulated:
    """Scores and verdicts of one experiment."""

    rows: pd.DataFrame
    """A row for each model, harness, task and metric: arm, seed, harness, task, metric, value, low,
    high, n, smallest_difference, and paired_with, the arm that this difference is from; empty: as
    if nothing were paired."""
    scores: list[ArmScore]
    comparisons: list[Comparison]
    missing: list[tuple[str, Measure]]
    """Arms that were not scored by a measure that others were."""
    options: TabulateOptions

    def document(self) -> Record:
        """Lay scores and verdicts out for a document."""
        many, options = len(self.comparisons), self.options
        told = [
            sentence(one, many, options.correction, options.confidence) for one in self.comparisons
        ]
        pairs = zip(self.comparisons, told, strict=True)
        return {
            "arms": [score_record(one) for one in self.scores],
            "comparisons": [comparison_record(one) | {"sentence": words} for one, words in pairs],
            "missing": [{"arm": arm} | named(measure) for arm, measure in self.missing],
        }


def tabulate(
    items: pd.DataFrame,
    options: TabulateOptions,
    progress: Callable[[str], None] = lambda _: None,
) -> Tabulated:
    """Score every model and compare every arm with its reference.

    Args:
        items: of one experiment; see `align`.
        options: reference, levels, resamples and seed.
        progress: told what is being done.

    Raises:
        ConfigError: a reference is no arm.
        DataError: models were scored on different items.
    """
    tasks = align(items)
    found = measures(tasks)
    _check_references(arms_of(found), options)
    progress(f"drawing the items {options.resamples:,} times; tasks: {len(tasks)}")
    drawn = resample(tasks, options.resamples, options.seed)
    rows = pd.DataFrame([
        row for measure in found if not measure.is_average for row in _rows(measure, drawn, options)
    ])  # fmt: skip
    return Tabulated(
        rows=rows,
        scores=arm_scores(found, drawn, options.confidence),
        comparisons=compare(found, drawn, options),
        missing=[
            (arm, one) for one in found for arm in arms_of(found) if not one.seeds_of(arm)
        ],
        options=options,
    )  # fmt: skip


def _check_references(arms: Sequence[str], options: TabulateOptions) -> None:
    known = ", ".join(arms)
    for flag, names in (
        ("--reference", [options.reference] if options.reference else []),
        ("--reference-of", [*options.reference_of, *options.reference_of.values()]),
    ):
        for name in names:
            if name not in arms:
                raise ConfigError(f"{flag}: no scores of an arm '{name}' (there are {known})")


def _rows(measure: Measure, drawn: Resampled, options: TabulateOptions) -> Iterator[Record]:
    task = measure.terms[0][1]
    places = {model: place for place, model in enumerate(task.models)}
    for model, place in places.items():
        score = arm_score(measure, model.arm, [model.seed], drawn, options.confidence)
        reference = reference_of(model.arm, options)
        paired = Model(reference, model.seed) if reference != model.arm else None
        other = places.get(paired) if paired else None
        level = 1 - options.confidence
        smallest = smallest_of_models(task, place, other, level, options.power)
        yield {
            "arm": model.arm,
            "seed": model.seed,
            "harness": task.harness,
            "task": task.task,
            "metric": task.metric,
            "value": round(score.value, DIGITS),
            "low": round(score.low, DIGITS),
            "high": round(score.high, DIGITS),
            "n": len(task.items),
            "smallest_difference": rounded(smallest),
            "paired_with": reference if other is not None else "",
        }
