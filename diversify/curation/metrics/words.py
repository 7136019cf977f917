"""What the words of a set are like: how many differ, and how long its texts are."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversify.curation.leaking.word_runs import ABSENT, RunIndex, numbered, vocabulary_of, words_of
from diversify.curation.near.rounding import Positions

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class WordRuns:
    """The runs of 1, 2, ... words of many texts as numbers: the same run is the same number."""

    runs: list[Counts]
    """For each length of run, the number of the one that begins at each word."""
    text: Counts
    """Which text each word belongs to."""
    texts: int
    """How many texts there are."""

    def distinct(self, size: int, texts: Positions) -> float:
        """Give distinct-n of some texts: different runs of `size` words over all their runs.

        Li, Galley, Brockett, Gao and Dolan (2016), "A diversity-promoting objective function for
        neural conversation models". It falls as a set grows: compare sets of one size.
        """
        chosen = np.zeros(self.texts, dtype=np.bool_)
        chosen[texts] = True
        runs = self.runs[size - 1]
        found = runs[chosen[self.text[: len(runs)]] & (runs != ABSENT)]
        return len(np.unique(found)) / len(found) if len(found) else 0.0


def word_runs(texts: Iterable[str], longest: int) -> WordRuns:
    """Number the runs of 1 to `longest` words of texts, as decontamination understands a word.

    Takes time and memory in proportion to the words. A word is a run of letters and digits, so a
    script without spaces has few of them.
    """
    words = [words_of(text) for text in texts]
    singles = numbered(words, vocabulary_of(words))
    longer = [RunIndex(singles.words, size).runs for size in range(2, longest + 1)]
    return WordRuns([singles.words, *longer], singles.text, len(words))


def word_counts(texts: Iterable[str]) -> Counts:
    """Count the words of each text, as they stand between spaces."""
    return np.fromiter((len(text.split()) for text in texts), dtype=np.int64)
