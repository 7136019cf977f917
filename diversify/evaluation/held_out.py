"""Bits per byte: what of a test set is scored, and what comes out, row by row.

The bits of a row are -log2 p(answer | prompt) of the whole answer, its end token among it. So the
answers to a prompt share out one probability, whatever the tokenizer cuts them into: without the
end, "1" would have to be at least as likely as "12". Over the UTF-8 bytes of the answer, which no
tokenizer changes, models with different vocabularies compare (Gao et al. 2020, "The Pile", section
3.1, bits per UTF-8 encoded byte; theirs leave the end out, as running text has none).

A row that is too long is not scored. Its head could be, but the head of an answer is harder than
the rest, and another tokenizer would cut elsewhere.
"""

import json

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.evaluation.teacher_forcing import RowScores
from diversify.records import prompt_text


def distinct_items(tests: pd.DataFrame) -> pd.DataFrame:
    """Leave out questions that stand a second time without their choices.

    A table of benchmarks has them so that `decontaminate` finds either form.
    """
    bare = tests["input"] == ""
    if "id" not in tests.columns or bare.all() or not bare.any():
        return tests
    items = pd.MultiIndex.from_frame(tests[["source", "id"]])
    return tests[~(bare & items.isin(items[~bare]))]


def is_prompts_alone(rows: pd.DataFrame) -> bool:
    """Say whether no row of a set has an answer, as in IFEval."""
    return bool((rows["response"] == "").all())


def prompts_as_answers(rows: pd.DataFrame) -> pd.DataFrame:
    """Make each prompt the answer to an empty one, so that its own text is what is scored."""
    texts = [prompt_text(i, z) for i, z in zip(rows["instruction"], rows["input"], strict=True)]
    return rows.assign(instruction="", input="", response=texts)


def answer_bytes(rows: pd.DataFrame) -> NDArray[np.int64]:
    """Count the UTF-8 bytes of each answer, a chat's last one: (n,)."""
    answers = list(rows["response"])
    if "more" in rows.columns:
        answers = [
            json.loads(more)[-1]["content"] if more else response
            for response, more in zip(answers, rows["more"], strict=True)
        ]
    return np.array([len(answer.encode()) for answer in answers], dtype=np.int64)


def item_names(rows: pd.DataFrame) -> list[str]:
    """Name each row of a set: by its id where ids name one row each, else by its place."""
    if "id" in rows.columns and rows["id"].is_unique:
        return [str(id) for id in rows["id"]]
    return [str(place) for place in range(1, len(rows) + 1)]


def bits_of(scores: RowScores) -> NDArray[np.float64]:
    """Give -log2 p of each answer; not a number where a row was too long: (n,)."""
    bits: NDArray[np.float64] = scores.loss / np.log(2)
    return bits


def per_byte(scores: RowScores, sizes: NDArray[np.int64]) -> dict[str, float | int]:
    """Sum up rows whose answers have so many bytes; nothing where none was scored."""
    bits = bits_of(scores)
    scored = np.isfinite(bits) & (sizes > 0)
    if not scored.any():
        return {}
    size = int(sizes[scored].sum())
    return {"bits_per_byte": round(float(bits[scored].sum()) / size, 6), "bytes": size}


def items_of(
    task: str,
    names: list[str],
    exact: NDArray[np.bool_] | None,
    scores: RowScores,
    sizes: NDArray[np.int64],
) -> pd.DataFrame:
    """Give the scores of a set item by item, as `io.item_scores` lays them out.

    Exact match weighs one for each row, and is left out where `exact` is None. Bits weigh the
    answer's bytes; rows that are too long, or have no byte, have none.
    """
    bits = bits_of(scores)
    table = pd.DataFrame({"task": task, "metric": "bits_per_byte", "item": names})
    table = table.assign(value=bits, weight=sizes.astype(np.float64))
    parts = [table[np.isfinite(bits) & (sizes > 0)]]
    if exact is not None:
        right = table.assign(metric="exact_match", value=exact.astype(np.float64), weight=1.0)
        parts.insert(0, right)
    return pd.concat(parts, ignore_index=True)
