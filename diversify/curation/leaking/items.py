"""Test items in one order, and what a way of looking for them found."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from diversify.curation.near.rounding import Positions
from diversify.curation.order import PLACE, content_order
from diversify.records import COLUMNS


@dataclass(frozen=True)
class Items:
    """The items of all test sets, numbered by the name of the set and then by content."""

    texts: pd.DataFrame
    """A row for each text of an item; texts of one item have one place and follow each other."""
    number: Positions
    """(texts,): number of the item that a text belongs to; ascending."""
    tests: tuple[str, ...]
    """(items,): test set of each item."""
    ids: tuple[str, ...]
    """(items,): what each item is called."""


class Leak(NamedTuple):
    """One row, the first item that it gives away, and by what."""

    row: int
    item: int
    span: str
    cosine: float = float("nan")


@dataclass(frozen=True)
class Found:
    """What one way of looking found."""

    reason: str
    leaks: list[Leak]
    """One per row that was found."""
    touched: csr_array
    """(rows, items): above zero where a row gives an item away."""


def number_items(tests: dict[str, pd.DataFrame]) -> Items:
    """Put the items of all test sets in one order, whatever the order of their files."""
    tables = [
        tests[name].iloc[content_order(tests[name])].assign(test=name) for name in sorted(tests)
    ]
    none = pd.DataFrame(columns=["test", *COLUMNS], dtype="str")
    texts = pd.concat(tables, ignore_index=True) if tables else none
    place = texts[["test", *PLACE]]
    is_first = (place != place.shift()).any(axis=1).to_numpy(dtype=bool)
    firsts = texts[is_first]
    return Items(texts, np.cumsum(is_first) - 1, tuple(firsts["test"]), tuple(firsts["id"]))


def owners(things: Positions, numbers: Positions, count: int, items: Items) -> csr_array:
    """Say which items own which of `count` things: (count, items), the items of each ascending.

    `numbers` holds the item of each entry of `things`; what stands there twice counts twice.
    """
    ones = np.ones(len(things), dtype=np.int32)
    owned = csr_array((ones, (things, numbers)), shape=(count, len(items.ids)))
    owned.sum_duplicates()
    return owned


def joined(rows: pd.DataFrame, *fields: str) -> list[str]:
    """Join some fields of each row by a space."""
    columns = [rows[field].to_numpy(dtype=object) for field in fields]
    return [" ".join(texts) for texts in zip(*columns, strict=True)]
