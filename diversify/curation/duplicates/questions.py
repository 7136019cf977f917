"""Rows as items to compare: one item for all rows that must share one fate."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.dedup import DedupOptions
from diversify.curation.duplicates.pairs import Flags
from diversify.curation.duplicates.survivors import Twins
from diversify.curation.near.rounding import Positions
from diversify.errors import ConfigError, DataError
from diversify.records import prompt_text, same_key

Embeddings = npt.NDArray[np.floating]
"""(n, d), in any unit."""


@dataclass(frozen=True)
class Items:
    """Items by priority, the questions they ask, and the rows behind both."""

    of_row: Positions  # (rows,)
    firsts: Positions  # (items,), the most wanted row of each
    question_of_row: Positions  # (rows,)
    question: Positions  # (items,)
    asked_first: Positions  # (questions,), the most wanted row that asks each
    names: list[str]  # (questions,), the key of each


@dataclass(frozen=True)
class Fates:
    """What becomes of each row."""

    twin: Positions  # (rows,), the row it is dropped for, itself if it stays
    same: Flags  # (rows,), whether the two ask the very same
    similarity: npt.NDArray[np.float32]  # (rows,)


def items_of(rows: pd.DataFrame, options: DedupOptions, apart: list[npt.ArrayLike]) -> Items:
    """Group rows, given by priority, that ask the same and agree in what keeps rows apart.

    Items are numbered by their most wanted rows, so they are in order of priority as well.
    """
    questions, asked = pd.factorize(_keys(rows, options))
    numbers = questions
    for values in apart:
        codes, names = pd.factorize(np.asarray(values))
        numbers = numbers * len(names) + codes
    of_row, _ = pd.factorize(numbers)
    firsts = _first_places(of_row)
    asked_first = _first_places(questions)
    return Items(of_row, firsts, questions, questions[firsts], asked_first, list(asked))


def _first_places(numbers: Positions) -> Positions:
    _, firsts = np.unique(numbers, return_index=True)
    return firsts


def _keys(rows: pd.DataFrame, options: DedupOptions) -> pd.Series:
    """Give rows that ask the same thing the same key."""
    instructions = rows["instruction"]
    if options.field == "instruction":
        return instructions.map(lambda instruction: same_key(instruction, ""))
    pairs = zip(instructions, rows["input"], strict=True)
    return pd.Series([same_key(*pair) for pair in pairs], dtype="str")


def question_texts(rows: pd.DataFrame, items: Items, options: DedupOptions) -> list[str]:
    """Give the text of each question that is compared."""
    asked = rows.iloc[items.asked_first]
    if options.field == "instruction":
        return list(asked["instruction"])
    pairs = zip(asked["instruction"], asked["input"], strict=True)
    return [prompt_text(instruction, input) for instruction, input in pairs]


def vectors_at(
    embeddings: Embeddings | None, rows: pd.DataFrame, at: Positions, options: DedupOptions
) -> Embeddings | None:
    """Take the vectors of some rows, where the method looks at them.

    Raises:
        ConfigError: there are none.
        DataError: there is not one vector per row.
    """
    if options.method != "semantic":
        return None
    if embeddings is None:
        raise ConfigError(
            "method semantic needs a vector of each row: run `diversify embed` on the very rows "
            "and give the array that it writes"
        )
    if embeddings.ndim != 2 or len(embeddings) != len(rows):
        raise DataError(
            f"embeddings of shape {embeddings.shape} are no vectors of {len(rows)} rows: "
            "run `diversify embed` on the very rows"
        )
    return embeddings[at]


def stacked(one: Embeddings | None, two: Embeddings | None) -> Embeddings | None:
    """Lay the vectors of a reference and of rows under each other.

    Raises:
        DataError: they are of different widths.
    """
    if one is None or two is None:
        return None
    if one.shape[1] != two.shape[1]:
        raise DataError(
            f"vectors of {two.shape[1]} dimensions cannot be compared with the reference's of "
            f"{one.shape[1]}: embed both with the same model"
        )
    return np.concatenate([one, two])


def spread(items: Items, found: Twins, together: bool) -> Fates:
    """Give each row the fate of its item.

    Args:
        items: the items of the rows.
        found: fates of the items.
        together: rows of an item that stays are dropped for its most wanted one.
    """
    item = found.twin[items.of_row]
    rows = np.arange(len(item))
    stays = (item == items.of_row) & ((items.firsts[item] == rows) | (not together))
    twin = np.where(stays, rows, items.firsts[item])
    same = items.question_of_row == items.question_of_row[twin]
    similarity = np.where(same, np.float32(1), found.similarity[items.of_row])
    return Fates(twin, same, similarity)
