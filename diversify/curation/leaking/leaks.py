"""Rows that ask what a test item asks, or whose vectors lie near an item's."""

from collections import defaultdict

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from diversify.curation.leaking.items import Found, Items, Leak, joined, owners
from diversify.curation.near.copies import first_equals
from diversify.curation.near.near_pairs import near_pairs
from diversify.curation.near.rounding import Vectors
from diversify.records import folded, prompt_text, same_key

SPAN_WORDS = 12
"""Words of each text that a match of vectors shows."""


def same_prompts(rows: pd.DataFrame, items: Items) -> Found:
    """Find the rows that ask what an item asks; `same_key` says when."""
    asked_by: defaultdict[str, list[int]] = defaultdict(list)
    texts = zip(items.texts["instruction"], items.texts["input"], items.number, strict=True)
    for instruction, input, item in texts:
        asked_by[same_key(instruction, input)].append(int(item))
    leaks: list[Leak] = []
    pairs: list[tuple[int, int]] = []
    for row, prompt in enumerate(zip(rows["instruction"], rows["input"], strict=True)):
        if found := asked_by.get(same_key(*prompt)):
            leaks.append(Leak(row, found[0], folded(prompt_text(*prompt))))
            pairs += [(row, item) for item in found]
    places = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Found("same prompt", leaks, owners(places[:, 0], places[:, 1], len(rows), items))


def similar(
    rows: pd.DataFrame, vectors: Vectors, items: Items, of_items: Vectors, cosine: float
) -> Found:
    """Find the rows whose vector points nearly where an item's does; the nearest item is told.

    Takes the time and the memory of `near_pairs`: at most 2 n m d operations for n rows and m
    texts of items, and never n x m memory.

    Args:
        rows: the row table.
        vectors: (n, d), as `rounded` gave them.
        items: the items.
        of_items: (texts, d), as `rounded` gave them.
        cosine: least cosine of a leak.
    """
    pairs = near_pairs(vectors, cosine, of_items)
    ones = np.ones(len(pairs.left), dtype=np.int32)
    near = csr_array((ones, (pairs.left, pairs.right)), shape=(len(rows), len(of_items)))
    # of texts with equal vectors only the first is paired: it stands for the items of all
    equal = owners(first_equals(of_items), items.number, len(of_items), items)  # (texts, items)
    order = np.lexsort((pairs.right, -pairs.cosine, pairs.left))
    _, nearest = np.unique(pairs.left[order], return_index=True)
    mine, theirs = (joined(table, "instruction", "input") for table in (rows, items.texts))
    leaks = [
        Leak(
            int(pairs.left[at]),
            int(items.number[pairs.right[at]]),
            f"{_head(mine[pairs.left[at]])} ~ {_head(theirs[pairs.right[at]])}",
            round(float(pairs.cosine[at]), 4),
        )
        for at in order[nearest]
    ]
    return Found("similar", leaks, near @ equal)


def _head(text: str) -> str:
    """Give the first words of a text."""
    words = text.split()
    return " ".join(words[:SPAN_WORDS]) + (" ..." if len(words) > SPAN_WORDS else "")
