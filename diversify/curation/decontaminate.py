"""Drop training rows that give a test item away, and say which one and by what words.

Asymmetric: test items are never dropped. Looked at are a row's first exchange (instruction, input
and response) and an item's prompt (instruction and input); later turns are not. Words are runs of
letters and digits, so a script without spaces has few of them, and there whole prompts decide.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from diversify.config.decontaminate import DecontaminateOptions
from diversify.curation.order import PLACE, content_order
from diversify.progress import progress
from diversify.records import folded, prompt_text, same_key

WORD = re.compile(r"[^\W_]+")
REASONS = ("same prompt", "shared words")


class Leak(NamedTuple):
    """Which test item a row gives away, why, and the words that they share."""

    test: str
    item: str
    reason: str
    span: str


class ItemIndex(NamedTuple):
    """Where each prompt and each run of words of the test items comes from: test and item."""

    prompts: dict[str, tuple[str, str]]
    runs: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class DecontaminateResult:
    """Both sides: what stays, and what went for which test item."""

    kept: pd.DataFrame
    """The rows that stay, in the order they came."""
    dropped: pd.DataFrame
    """Place of each other row, with `test`, `item`, `reason` and `span` of the leak."""
    tests: dict[str, int]
    """Number of items of each test set."""

    def summary(self) -> dict[str, Any]:
        """Count both sides, and the leaks by test set and reason."""
        counts = self.dropped.groupby(["test", "reason"]).size()
        return {
            "rows_in": len(self.kept) + len(self.dropped),
            "rows_out": len(self.kept),
            "dropped": len(self.dropped),
            "dropped_by_test": [
                {"test": test, "items": items}
                | {reason: int(counts.get((test, reason), 0)) for reason in REASONS}
                for test, items in sorted(self.tests.items())
            ],
        }


def drop_leaks(
    rows: pd.DataFrame, tests: dict[str, pd.DataFrame], options: DecontaminateOptions
) -> DecontaminateResult:
    """Drop each row that asks a test item, or shares a run of `ngram` words with its prompt.

    A row that gives several items away is counted once: by its prompt if that is an item's, else
    by its first shared run; tests go by name and items by content hash. Takes time in proportion
    to the words of the rows, and memory to the words of the tests.
    """
    index = _index(tests, options.ngram)
    exchanges = zip(rows["instruction"], rows["input"], rows["response"], strict=True)
    with progress("decontaminate"):
        leaks = [_leak(*exchange, index, options.ngram) for exchange in exchanges]
    leaking = pd.Series([leak is not None for leak in leaks], dtype=bool).to_numpy()
    found = pd.DataFrame([leak for leak in leaks if leak], columns=Leak._fields, dtype="str")
    return DecontaminateResult(
        kept=rows[~leaking].reset_index(drop=True),
        dropped=rows.loc[leaking, PLACE].reset_index(drop=True).join(found),
        tests={name: len(items) for name, items in tests.items()},
    )


def _index(tests: dict[str, pd.DataFrame], ngram: int) -> ItemIndex:
    """List the prompts and runs of all test items; the first item that has one owns it."""
    index = ItemIndex(prompts={}, runs={})
    for name in sorted(tests):
        items = tests[name].iloc[content_order(tests[name])]
        for item, instruction, input in zip(
            items["id"], items["instruction"], items["input"], strict=True
        ):
            index.prompts.setdefault(same_key(instruction, input), (name, item))
            for run in _runs(f"{instruction} {input}", ngram):
                index.runs.setdefault(run, (name, item))
    return index


def _leak(instruction: str, input: str, response: str, index: ItemIndex, ngram: int) -> Leak | None:
    """Find what a row gives away, if anything."""
    if owner := index.prompts.get(same_key(instruction, input)):
        return Leak(*owner, "same prompt", folded(prompt_text(instruction, input)))
    for run in _runs(f"{instruction} {input} {response}", ngram):
        if owner := index.runs.get(run):
            return Leak(*owner, "shared words", run)
    return None


def _runs(text: str, ngram: int) -> list[str]:
    """List the runs of `ngram` lower-case words of a text."""
    words = WORD.findall(folded(text).lower())
    return [" ".join(words[at : at + ngram]) for at in range(len(words) - ngram + 1)]
