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

    Where examples say whether the rule applies (`noop`), a set with both kinds is also scored by
    kind, as NAME_noop and NAME_hasop.
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
        if "noop" in taken.columns and taken["noop"].nunique() > 1:
            sets[f"{name}_noop"] = taken[taken["noop"]]
            sets[f"{name}_hasop"] = taken[~taken["noop"]]
    return sets
