"""Few-shot prompts: solved examples before the question, for models that were not trained on it."""

import numpy as np
import pandas as pd

from diversify.errors import DataError
from diversify.records import prompt_text


def with_shots(rows: pd.DataFrame, examples: pd.DataFrame, shots: int, seed: int) -> pd.DataFrame:
    """Put `shots` solved examples, of other rules than the row's own, before each instruction.

    An example stands as in training: instruction, blank line, input, and its answer on the next
    line; a blank line ends it. Rows and examples have columns instruction, input, response and
    rule; only the rows' instruction changes. With one seed, fewer shots are the last of more.

    Raises:
        DataError: there are not enough examples of other rules, or no rules are named.
    """
    if not shots:
        return rows
    if not ("rule" in rows.columns and "rule" in examples.columns):
        raise DataError("shots are of other rules than a row's own: give tables with a column rule")
    rng = np.random.default_rng(seed)
    solved = [
        f"{prompt_text(instruction, given)}\n{answer}\n\n"
        for instruction, given, answer in zip(
            examples["instruction"], examples["input"], examples["response"], strict=True
        )
    ]
    rules = examples["rule"].to_numpy()
    prompts = []
    for instruction, rule in zip(rows["instruction"], rows["rule"], strict=True):
        others = np.flatnonzero(rules != rule)
        if len(others) < shots:
            raise DataError(
                f"{shots} shots need as many examples of other rules than {rule}; there are "
                f"{len(others)}: give more examples or fewer shots"
            )
        taken = others[rng.permutation(len(others))[:shots]]
        prompts.append("".join(solved[i] for i in reversed(taken)) + instruction)
    return rows.assign(instruction=prompts)
