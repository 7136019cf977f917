"""Examples of rules as tables, made block by block on several threads."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.synth.patterns import Codes
from diversify.synth.rewriting.placing import Numbers, draw_inputs, put
from diversify.synth.rewriting.rules import Rules
from diversify.synth.rewriting.streams import Stream, stream
from diversify.synth.rewriting.text_columns import text_column, word_column

BLOCK = 4096
"""Rows drawn at a time: few enough to stay in a processor's cache."""


@dataclass(frozen=True)
class Sheet:
    """What is settled about each example before its input is drawn."""

    rule: Numbers
    """(rows,)."""
    times: Numbers
    """How often its input holds the pattern: (rows,); 0 for a no-op."""
    part: pd.Series
    """(rows,)."""


def deal_times(rng: np.random.Generator, rows: int, noops: int, occurrences: list[int]) -> Numbers:
    """Give `noops` rows a 0 and the others the occurrences, evenly, in random order: (rows,)."""
    if noops == 0 and len(occurrences) == 1:
        return np.full(rows, occurrences[0])
    dealt = np.array(occurrences)[np.arange(rows) % len(occurrences)]
    dealt[rows - noops :] = 0
    return rng.permutation(dealt)


def part_column(k: Numbers, times: Numbers, noops: bool, several: bool) -> pd.Series:
    """Name what kind of example each row is: (rows,).

    The k of a pattern of a family ("k3"), then "noop", and for the others how often the input
    holds the pattern ("x5") where that differs, "hasop" where only no-ops do.
    """
    most = int(times.max(initial=0)) + 1
    words = [
        (f"k{each}" if each else "") + _by_times(number, noops, several)
        for each in range(int(k.max(initial=0)) + 1)
        for number in range(most)
    ]
    if not any(words):
        return text_column(np.empty((len(times), 0), dtype=np.uint8))
    return word_column(words, k * most + times)


def make_examples(
    rules: Rules,
    instructions: Codes,
    sheet: Sheet,
    path: tuple[int, Stream],
    length: int,
    alphabet: int,
    threads: int,
) -> pd.DataFrame:
    """Draw the inputs, answer them, and give the table.

    Each block of rows has a random stream of its own (of seed and stream, `path`), so that the
    rows are the same whatever the number of threads. Memory: the table, and a block a thread.
    """
    draw = _Draw(rules, instructions, sheet, path, length, alphabet)
    columns = draw.blank()
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(draw.fill, columns, at) for at in range(0, draw.rows, BLOCK)]:
            done.result()
    return pd.DataFrame(
        {
            **{name: text_column(letters) for name, letters in columns.items()},
            "rule": sheet.rule,
            "noop": sheet.times == 0,
            "part": sheet.part,
        }
    )


@dataclass(frozen=True)
class _Draw:
    """Fills rows of the text columns."""

    rules: Rules
    instructions: Codes
    sheet: Sheet
    path: tuple[int, Stream]
    length: int
    alphabet: int

    @property
    def rows(self) -> int:
        return len(self.sheet.rule)

    def blank(self) -> dict[str, NDArray[np.uint8]]:
        widths = {
            "instruction": self.instructions.shape[1],
            "input": self.length,
            "response": self.length,
        }
        return {name: np.empty((self.rows, width), np.uint8) for name, width in widths.items()}

    def fill(self, columns: dict[str, NDArray[np.uint8]], start: int) -> None:
        here = slice(start, start + BLOCK)
        rule, times = self.sheet.rule[here], self.sheet.times[here]
        inputs, places = draw_inputs(
            stream(*self.path, start // BLOCK),
            self.rules.patterns.take(rule, axis=0),
            times,
            self.length,
            self.alphabet,
        )
        np.take(self.instructions, rule, axis=0, out=columns["instruction"][here], mode="clip")
        np.add(inputs, ord("A"), out=columns["input"][here])
        rows = np.flatnonzero(times)
        put(inputs, self.rules.replacements.take(rule[rows], axis=0), rows, places[rows, None])
        np.add(inputs, ord("A"), out=columns["response"][here])


def _by_times(number: int, noops: bool, several: bool) -> str:
    if number == 0:
        return "noop" if noops else ""
    return f"x{number}" if several else "hasop" if noops else ""
