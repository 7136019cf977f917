"""Scores of a model on test sets."""

from typing import Any

import pandas as pd

from diversify.config.evaluate import EvaluateOptions
from diversify.evaluation.teacher_forcing import score_rows
from diversify.training.tokenizer import encode_rows


def score_sets(
    model: Any, tokenizer: Any, tests: pd.DataFrame, options: EvaluateOptions
) -> dict[str, dict[str, float | int]]:
    """Score each test set by itself: exact match and loss.

    Where the rows of a set say that they are of several parts (no-ops and others, lengths, numbers
    of steps), each part is also scored, as NAME_PART.
    """
    return {
        name: score_rows(model, encode_rows(tokenizer, rows), options).summary()
        for name, rows in _sets(tests, options).items()
    }


def _sets(tests: pd.DataFrame, options: EvaluateOptions) -> dict[str, pd.DataFrame]:
    sets = {}
    for name, rows in tests.groupby("source", sort=False):
        taken = rows.head(options.limit) if options.limit else rows
        sets[str(name)] = taken
        parts = [part for part in taken.get("part", pd.Series(dtype=str)).unique() if part]
        if len(parts) > 1:
            sets |= {f"{name}_{part}": taken[taken["part"] == part] for part in sorted(parts)}
    return sets
