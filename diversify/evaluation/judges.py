"""Judges of answers that a model writes out, token by token."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.evaluate import EvaluateOptions
from diversify.evaluation.algebra import first_line, judge_algebra
from diversify.evaluation.generation import generate_answers, line_ended
from diversify.training.encoded import EncodedRows

Verdicts = dict[str, NDArray[np.bool_]]
"""What was found about each answer, in the order of the rows, by name: each array is (n,)."""

ROOM = 1.5
"""Tokens that an answer may take, as a multiple of the longest right one's: spare brackets and
blanks are forgiven, and what is longer still is wrong."""


def judged(
    model: Any, tokenizer: Any, rows: pd.DataFrame, encoded: EncodedRows, options: EvaluateOptions
) -> Verdicts:
    """Have the answers written and judged as the options say; nothing where `exact` is the judge.

    `text` says which are `exact`: the first line written is the answer, blanks forgiven. `algebra`
    says which have the very `structure` asked for, are `equivalent` to the input, are the input
    `unchanged`, or are `unparsed`.
    """
    if options.judge == "exact":
        return {}
    room = int(ROOM * encoded.answer_lengths().max())
    over = line_ended(tokenizer)
    written = generate_answers(model, tokenizer, encoded.prompts, room, options.batch_size, over)
    answers = [answer.text for answer in written]
    if options.judge == "text":
        pairs = zip(answers, rows["response"], strict=True)
        same = [_letters(first_line(answer)) == _letters(wanted) for answer, wanted in pairs]
        return {"exact": np.array(same, dtype=bool)}
    found = judge_algebra(answers, rows)
    names = ("structure", "equivalent", "unchanged", "unparsed")
    return {name: getattr(found, name) for name in names}


def _letters(text: str) -> str:
    return "".join(text.split())
