"""Runs of words that texts share, found exactly and for many texts at a time.

Words become numbers, and runs of 2, 4, 8, ... words become numbers of pairs of shorter runs: a run
of 13 words is the pair of the runs of 8 that begin at its first and at its sixth word. Equal runs
have equal numbers and no others (Karp, Miller and Rosenberg 1972, "Rapid identification of repeated
patterns in strings, trees and arrays", section 2), so that nothing is left to chance as with hash
values, and a run of n words takes log2(n) look-ups per word.
"""

import re
from collections.abc import Iterable
from itertools import chain, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.records import folded

Numbers = npt.NDArray[np.int64]

WORD = re.compile(r"[^\W_]+")
ASCII_GAPS = {code: " " for code in range(128) if not chr(code).isalnum()}
GAP = ""
"""What stands behind a text in place of a word."""
ABSENT = -1
"""Number of a word, or a run, that the indexed texts do not hold."""
BASE = 2**31
"""Above every number of a word or a run, so that a pair of them is one integer."""


class Texts(NamedTuple):
    """Texts as numbers of words, one after the other, with a gap behind each."""

    words: Numbers
    """(w,); `ABSENT` for a word outside the vocabulary and for a gap."""
    text: Numbers
    """(w,): which text a word belongs to."""


class RunIndex:
    """The distinct runs of `length` words of some texts, each with a number from 0."""

    def __init__(self, words: Numbers, length: int) -> None:
        """Number the runs of texts (`Texts.words`). Memory goes with their words."""
        self.length = length
        self._levels: list[pd.Index] = []
        """Pairs of shorter runs, by number, of each round of pairing."""
        self.runs = self._paired(words, learn=True)
        """(w - length + 1,): number of the run that begins at each word of the indexed texts."""
        self.size = len(self._levels[-1])

    def find(self, words: Numbers) -> Numbers:
        """Give the number of the run that begins at each word, `ABSENT` where none is known."""
        return self._paired(words, learn=False)

    def _paired(self, names: Numbers, learn: bool) -> Numbers:
        size, level = 1, 0
        while size < self.length:
            shift = min(size, self.length - size)  # the last two runs of a pair may overlap
            left, right = names[:-shift], names[shift:]
            known = np.flatnonzero((left != ABSENT) & (right != ABSENT))
            pairs = left[known] * BASE + right[known]
            if learn:
                self._levels.append(pd.Index(pd.unique(pairs)))
            names = np.full(len(left), ABSENT, dtype=np.int64)
            names[known] = self._levels[level].get_indexer(pd.Index(pairs))
            size, level = size + shift, level + 1
        return names


def words_of(text: str) -> list[str]:
    """List the words of a text: runs of letters and digits, in lower case, after `folded`."""
    if text.isascii() and "&" not in text and "\\" not in text:  # folding changes no word
        return text.lower().translate(ASCII_GAPS).split()
    return WORD.findall(folded(text).lower())


def vocabulary_of(texts: Iterable[list[str]]) -> dict[str, int]:
    """Number the distinct words of texts in the order they come."""
    distinct = dict.fromkeys(chain.from_iterable(texts))
    return {word: number for number, word in enumerate(distinct)}


def numbered(texts: list[list[str]], vocabulary: dict[str, int]) -> Texts:
    """Turn texts, as lists of words, into numbers."""
    lengths = np.array([len(words) + 1 for words in texts], dtype=np.int64)
    with_gaps = chain.from_iterable(chain.from_iterable(zip(texts, repeat([GAP]))))
    words = map(vocabulary.get, with_gaps, repeat(ABSENT))
    return Texts(
        np.fromiter(words, dtype=np.int64, count=int(lengths.sum())),
        np.repeat(np.arange(len(texts)), lengths),
    )
