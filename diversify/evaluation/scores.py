"""Scores of a model on test sets."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.evaluate import EvaluateOptions
from diversify.evaluation.judges import Verdicts, judged
from diversify.evaluation.shots import with_shots
from diversify.evaluation.teacher_forcing import score_rows
from diversify.training.tokenizer import encode_rows

Scores = dict[str, float | int]


def score_sets(
    model: Any,
    tokenizer: Any,
    tests: pd.DataFrame,
    options: EvaluateOptions,
    examples: pd.DataFrame | None = None,
) -> dict[str, Scores]:
    """Score each test set by itself: exact match and loss, and what the judge says of answers.

    Where the rows of a set say that they are of several parts (no-ops and others, lengths, numbers
    of steps), each part is also scored, as NAME_PART. `examples` are shown where `shots` asks so.
    """
    scores: dict[str, Scores] = {}
    for name, rows in tests.groupby("source", sort=False):
        taken = rows.head(options.limit) if options.limit else rows
        if options.shots and examples is not None:
            taken = with_shots(taken, examples, options.shots, options.seed)
        encoded = encode_rows(tokenizer, taken)
        forced = score_rows(model, encoded, options)
        verdicts = judged(model, tokenizer, taken, encoded, options)
        for part, chosen in _parts(str(name), taken):
            scores[part] = {**forced.of(chosen).summary(), **_counts(verdicts, chosen)}
    return scores


def _counts(verdicts: Verdicts, chosen: NDArray[np.bool_]) -> Scores:
    counts: Scores = {name: int(found[chosen].sum()) for name, found in verdicts.items()}
    if "exact" in counts:  # by the judge, which then says how many are right
        counts["accuracy"] = round(counts["exact"] / int(chosen.sum()), 6)
    return counts


def _parts(name: str, rows: pd.DataFrame) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Give the set itself and each of its parts, as which of the rows they hold."""
    yield name, np.ones(len(rows), dtype=bool)
    of_row = rows.get("part", pd.Series("", index=rows.index))
    parts = sorted(part for part in of_row.unique() if part)
    if len(parts) > 1:
        for part in parts:
            yield f"{name}_{part}", (of_row == part).to_numpy()
