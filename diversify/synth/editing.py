"""String editing in plain words: a corpus of instructions whose every answer and rule is known.

A core operation (replace) drawn from a set number of rules, and nine other operations with a
fresh rule in each row, all in several phrasings: the laptop's stand-in for a specialist's data
and the other domains that diversify it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from diversify.config.synth_editing import SynthEditingOptions
from diversify.synth.patterns import as_text, distinct_patterns

CORE = "replace"


@dataclass(frozen=True)
class Operation:
    """One way of editing: how it is said, and what it does around the leftmost `x`."""

    phrasings: tuple[str, ...]
    edit: Callable[[str, str, str, str], str]
    """(before x, x, y, after x) -> answer."""


OPERATIONS: dict[str, Operation] = {
    CORE: Operation(
        ("replace {x} with {y}", "change {x} to {y}", "turn {x} into {y}"),
        lambda left, x, y, right: left + y + right,
    ),
    "delete": Operation(
        ("delete {x}", "remove {x}", "drop {x}"),
        lambda left, x, y, right: left + right,
    ),
    "insert-after": Operation(
        ("insert {y} after {x}", "put {y} behind {x}"),
        lambda left, x, y, right: left + x + y + right,
    ),
    "insert-before": Operation(
        ("insert {y} before {x}", "put {y} ahead of {x}"),
        lambda left, x, y, right: left + y + x + right,
    ),
    "double": Operation(
        ("double {x}", "repeat {x}"),
        lambda left, x, y, right: left + x + x + right,
    ),
    "move-to-front": Operation(
        ("move {x} to the front", "bring {x} first"),
        lambda left, x, y, right: x + left + right,
    ),
    "move-to-end": Operation(
        ("move {x} to the end", "send {x} last"),
        lambda left, x, y, right: left + right + x,
    ),
    "mask": Operation(
        ("mask {x}", "hide {x}"),
        lambda left, x, y, right: left + "#" * len(x) + right,
    ),
    "reverse": Operation(
        ("reverse {x}", "flip {x}"),
        lambda left, x, y, right: left + x[::-1] + right,
    ),
    "swap-sides": Operation(
        ("swap the sides of {x}", "exchange what stands around {x}"),
        lambda left, x, y, right: right + x + left,
    ),
}
"""Every operation by name; each is a source of the corpus."""

OTHERS = tuple(name for name in OPERATIONS if name != CORE)


@dataclass(frozen=True, slots=True)
class EditingRow:
    """One instruction with its input and answer; `rule` names pattern and replacement."""

    operation: str
    rule: str
    instruction: str
    input: str
    response: str


@dataclass(frozen=True)
class EditingCorpus:
    """What the corpus holds before anything is spoiled on purpose."""

    rows: dict[str, list[EditingRow]]
    """Distinct rows by operation."""
    tests: dict[str, list[EditingRow]]
    """`unseen` core rules, `seen` core rules on fresh inputs, unseen rules of the `other`s."""


def make_editing_corpus(options: SynthEditingOptions) -> EditingCorpus:
    """Draw the corpus and its tests; no pattern of `unseen` or `other` is in any training rule."""
    rng = random.Random(options.seed)
    patterns = _shuffled_patterns(options)
    unseen, other = patterns[: options.tests], patterns[options.tests : 2 * options.tests]
    known = patterns[2 * options.tests :]
    core_rules = [
        (x, _string(rng, options.pattern_length, options)) for x in known[: options.core_rules]
    ]
    used: set[tuple[str, str]] = set()
    draw = _Draw(rng, options, used)
    rows = {
        CORE: [draw.row(CORE, *core_rules[i % len(core_rules)]) for i in range(options.core_rows)]
    }
    for name in OTHERS:
        chosen = rng.sample(known, options.other_rows)
        rows[name] = [draw.row(name, x, draw.letters()) for x in chosen]
    tests = {
        "unseen": [draw.row(CORE, x, draw.letters()) for x in unseen],
        "seen": [draw.row(CORE, *core_rules[i % len(core_rules)]) for i in range(options.tests)],
        "other": [
            draw.row(OTHERS[i % len(OTHERS)], x, draw.letters()) for i, x in enumerate(other)
        ],
    }
    return EditingCorpus(rows, tests)


def edited(operation: str, x: str, y: str, text: str) -> str:
    """Apply an operation at the leftmost `x` of a text that holds one."""
    left, _, right = text.partition(x)
    return OPERATIONS[operation].edit(left, x, y, right)


@dataclass(frozen=True)
class _Draw:
    """Draws rows, never the same instruction and input twice."""

    rng: random.Random
    options: SynthEditingOptions
    used: set[tuple[str, str]]

    def row(self, operation: str, x: str, y: str) -> EditingRow:
        while True:
            instruction = self.rng.choice(OPERATIONS[operation].phrasings).format(x=x, y=y)
            text = self._holding(x)
            if (instruction, text) not in self.used:
                break
        self.used.add((instruction, text))
        return EditingRow(operation, f"{x}>{y}", instruction, text, edited(operation, x, y, text))

    def letters(self) -> str:
        return _string(self.rng, self.options.pattern_length, self.options)

    def _holding(self, x: str) -> str:
        text = _string(self.rng, self.options.input_length, self.options)
        at = self.rng.randrange(len(text) - len(x) + 1)
        return text[:at] + x + text[at + len(x) :]


def _shuffled_patterns(options: SynthEditingOptions) -> list[str]:
    space = int(options.alphabet**options.pattern_length)
    wanted = 2 * options.tests + options.core_rules + len(OTHERS) * options.other_rows
    rng = np.random.default_rng(options.seed)
    codes = distinct_patterns(rng, min(space, wanted), options.pattern_length, options.alphabet)
    return [str(text) for text in as_text(codes)]


def _string(rng: random.Random, length: int, options: SynthEditingOptions) -> str:
    return "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: options.alphabet], k=length))
