"""Spoil a clean corpus on purpose, by known counts, so that the stages after it have work.

Duplicates differ from their originals in spacing, escapes or width and must still be found;
malformed lines are broken in every way people's files are; leaks are test rows among the training.
"""

import html
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from diversify.config.synth_editing import SynthEditingOptions
from diversify.synth.editing import EditingCorpus, EditingRow


@dataclass(frozen=True)
class SpoiledCorpus:
    """JSON lines by operation, in shuffled order, and how many of them were planted."""

    lines: dict[str, list[str]]
    planted: dict[str, int]


def spoil(corpus: EditingCorpus, options: SynthEditingOptions) -> SpoiledCorpus:
    """Add `duplicates`, `malformed` and `leaks` to the rows and shuffle each operation's lines."""
    rng = random.Random(options.seed + 1)
    lines = {name: [as_line(row) for row in rows] for name, rows in corpus.rows.items()}
    every_row = [row for rows in corpus.rows.values() for row in rows]
    for row in rng.sample(every_row, options.duplicates):
        lines[row.operation].append(rng.choice(DISGUISES)(row))
    for row in rng.sample(every_row, options.malformed):
        lines[row.operation].append(rng.choice(BREAKS)(row))
    tests = [row for rows in corpus.tests.values() for row in rows]
    for row in rng.sample(tests, options.leaks):
        lines[row.operation].append(as_line(row))
    for of_operation in lines.values():
        rng.shuffle(of_operation)
    planted = {name: getattr(options, name) for name in ("duplicates", "malformed", "leaks")}
    return SpoiledCorpus(lines, planted)


def as_line(row: EditingRow, **changes: object) -> str:
    """One row as a JSON line in Alpaca's layout, with its operation and rule beside it."""
    fields = {
        "instruction": row.instruction,
        "input": row.input,
        "output": row.response,
        "operation": row.operation,
        "rule": row.rule,
    }
    return json.dumps({**fields, **changes}, ensure_ascii=False)


def _wide(text: str) -> str:
    """Full-width letters, which NFKC folds back."""
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c for c in text)


Way = Callable[[EditingRow], str]

DISGUISES: tuple[Way, ...] = (
    as_line,
    lambda row: as_line(row, instruction=f"  {row.instruction} \n"),
    lambda row: as_line(row, instruction=row.instruction.replace(" ", "\\n")),
    lambda row: as_line(row, instruction=row.instruction.replace(" ", "&nbsp;")),
    lambda row: as_line(row, input=_wide(row.input)),
)
"""Ways in which the same row comes a second time."""

BREAKS: tuple[Way, ...] = (
    lambda row: as_line(row)[: len(row.instruction)],
    lambda row: as_line(row, output=None),
    lambda row: as_line(row, instruction="   "),
    lambda row: as_line(row, instruction=["not", "a", "string"]),
    lambda row: json.dumps({"instruction": row.instruction, "input": html.escape(row.input)}),
    lambda row: json.dumps([row.instruction, row.response]),
)
"""Ways in which a line cannot be used."""
