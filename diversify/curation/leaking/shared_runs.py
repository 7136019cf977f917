"""Rows that share a run of words with test items."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from diversify.config.decontaminate import DecontaminateOptions
from diversify.curation.leaking.items import Found, Items, Leak, joined, owners
from diversify.curation.leaking.word_runs import ABSENT, RunIndex, numbered, vocabulary_of, words_of
from diversify.curation.near.rounding import Positions
from diversify.progress import progress

ROWS_AT_ONCE = 4096
"""Rows whose words are held at a time."""
NONE = np.empty(0, dtype=np.int64)


def shared_runs(rows: pd.DataFrame, items: Items, options: DecontaminateOptions) -> list[Found]:
    """Find the rows that share a run of words with an item: one result for each kind of run.

    Takes time in proportion to the words of rows and items, and memory to the words of the items
    and of `ROWS_AT_ONCE` rows.
    """
    prompts = [words_of(text) for text in joined(items.texts, "instruction", "input")]
    answers = [words_of(text) for text in items.texts["response"]] if options.answers else []
    vocabulary = vocabulary_of([*prompts, *answers])
    searches = [Search("shared words", prompts, options.ngram, items, vocabulary)]
    if options.answers:
        searches.append(Search("shared answer", answers, options.ngram, items, vocabulary))
    for length in range(options.ngram - 1, (options.shortest or options.ngram) - 1, -1):
        whole = [words if len(words) == length else [] for words in prompts]
        if any(whole):
            searches.append(Search("short item", whole, length, items, vocabulary))
    fields = ["instruction", "input", "response", *(["more"] if options.turns == "all" else [])]
    with progress("decontaminate", len(rows)) as advance:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            block = rows[start : start + ROWS_AT_ONCE]
            laid = numbered([words_of(text) for text in joined(block, *fields)], vocabulary)
            for search in searches:
                search.look(laid.words, laid.text + start)
            advance(len(block))
    return [search.found(list(vocabulary), len(rows)) for search in searches]


class Search:
    """The runs of one length that items own, and the rows in which they were found."""

    def __init__(
        self,
        reason: str,
        texts: list[list[str]],
        length: int,
        items: Items,
        vocabulary: dict[str, int],
    ) -> None:
        """Index the runs of the items' texts, given as words, one for each row of `items.texts`."""
        self.reason = reason
        laid = numbered(texts, vocabulary)
        self.index = RunIndex(laid.words, length)
        at = np.flatnonzero(self.index.runs != ABSENT)
        numbers = items.number[laid.text[at]]
        self.owners = owners(self.index.runs[at], numbers, self.index.size, items)  # (runs, items)
        self._firsts: list[tuple[int, int, Positions]] = []
        """Row, its first run, and the words of that run."""
        self._held: list[tuple[Positions, Positions]] = [(NONE, NONE)]
        """Rows, and the run that each holds."""

    def look(self, words: Positions, row: Positions) -> None:
        """Look through the words of some rows, `row` being the row of each word."""
        runs = self.index.find(words)
        at = np.flatnonzero(runs != ABSENT)
        rows, first = np.unique(row[at], return_index=True)
        span = at[first][:, None] + np.arange(self.index.length)  # (rows, length)
        self._firsts += zip(rows.tolist(), runs[at[first]].tolist(), words[span], strict=True)
        self._held.append((row[at], runs[at]))

    def found(self, vocabulary: list[str], rows: int) -> Found:
        """Say what was found in all `rows` rows, once they were looked through."""
        first = self.owners.indices[self.owners.indptr[:-1]]  # (runs,): the first item of each
        leaks = [
            Leak(row, int(first[run]), " ".join(vocabulary[word] for word in span))
            for row, run, span in self._firsts
        ]
        places = tuple(np.concatenate(side) for side in zip(*self._held, strict=True))
        ones = np.ones(len(places[0]), dtype=np.int32)
        held = csr_array((ones, places), shape=(rows, self.index.size))
        return Found(self.reason, leaks, held @ self.owners)
