"""Scores of a model on test sets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.evaluate import EvaluateOptions
from diversify.evaluation.held_out import (
    answer_bytes,
    distinct_items,
    is_prompts_alone,
    item_names,
    items_of,
    per_byte,
    prompts_as_answers,
)
from diversify.evaluation.judges import Verdicts, judged
from diversify.evaluation.shots import with_shots
from diversify.evaluation.teacher_forcing import longest, score_rows
from diversify.training.tokenizer import encode_rows

Scores = dict[str, float | int | str]


@dataclass(frozen=True)
class Scored:
    """How a model did on test sets."""

    sets: dict[str, Scores]
    """Set, or part of one -> its counts and means."""
    items: pd.DataFrame
    """Scores of each row, as `io.item_scores` lays them out; task: the set."""
    marks: list[str]
    """What must be said beside the scores."""


def score_sets(
    model: Any,
    tokenizer: Any,
    tests: pd.DataFrame,
    options: EvaluateOptions,
    examples: pd.DataFrame | None = None,
) -> dict[str, Scores]:
    """Score each test set by itself, without a look at single rows; see `score_tests`."""
    return score_tests(model, tokenizer, tests, options, examples).sets


def score_tests(
    model: Any,
    tokenizer: Any,
    tests: pd.DataFrame,
    options: EvaluateOptions,
    examples: pd.DataFrame | None = None,
) -> Scored:
    """Score each test set by itself: exact match, loss, and what the judge says of answers.

    Where the rows of a set say that they are of several parts (no-ops and others, lengths, numbers
    of steps), each part is also scored, as NAME_PART. `examples` are shown where `shots` asks so.
    A set in which no row has an answer is scored by the loss on its prompts alone, and says so as
    "scored": "prompt".
    """
    found = []
    for name, rows in distinct_items(tests).groupby("source", sort=False):
        taken = rows.head(options.limit) if options.limit else rows
        if options.shots and examples is not None and not is_prompts_alone(taken):
            taken = with_shots(taken, examples, options.shots, options.seed)
        found.append(_score_set(model, tokenizer, str(name), taken, options))
    return Scored(
        {part: scores for one in found for part, scores in one.sets.items()},
        pd.concat([one.items for one in found], ignore_index=True),
        [mark for one in found for mark in one.marks],
    )


def _score_set(
    model: Any, tokenizer: Any, name: str, rows: pd.DataFrame, options: EvaluateOptions
) -> Scored:
    alone = is_prompts_alone(rows)
    rows = prompts_as_answers(rows) if alone else rows
    encoded = encode_rows(tokenizer, rows)
    forced, sizes = score_rows(model, encoded, options), answer_bytes(rows)
    verdicts = {} if alone else judged(model, tokenizer, rows, encoded, options)
    sets: dict[str, Scores] = {}
    for part, chosen in _parts(name, rows):
        own = forced.of(chosen)
        sets[part] = {**own.summary(), **per_byte(own, sizes[chosen]), **_counts(verdicts, chosen)}
        if alone:
            sets[part]["scored"] = "prompt"
    exact = None if alone else verdicts.get("exact", forced.exact)
    items = items_of(name, item_names(rows), exact, forced, sizes)
    skipped, most = sets[name]["skipped"], longest(model, options)
    mark = f"{name}: {skipped} of {len(rows)} rows are longer than {most} tokens: no bits per byte"
    return Scored(sets, items, [mark] if skipped else [])


def _counts(verdicts: Verdicts, chosen: NDArray[np.bool_]) -> Scores:
    counts: Scores = {name: int(found[chosen].sum()) for name, found in verdicts.items()}
    if "exact" in verdicts:  # by the judge, which then says how many are right
        counts["accuracy"] = round(float(verdicts["exact"][chosen].mean()), 6)
    return counts


def _parts(name: str, rows: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Give the set itself and each of its parts, as which of the rows they hold."""
    yield name, np.ones(len(rows), dtype=bool)
    of_row = rows.get("part", pd.Series("", index=rows.index))
    parts = sorted(part for part in of_row.unique() if part)
    if len(parts) > 1:
        for part in parts:
            yield f"{name}_{part}", (of_row == part).to_numpy()
