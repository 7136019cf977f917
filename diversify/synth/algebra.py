"""Algebra: an equation, an expression that holds an instance of its left side, and the rewriting.

The task with abstraction of arXiv 2410.04717, section 3: how many distinct rules must a model see
before it follows rules it has never seen, and does a specialist gain by rules beside its own?
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.synth.algebraic.deriving import derived_rules
from diversify.synth.algebraic.drawing import Example, draw_example
from diversify.synth.algebraic.rules import Rule, all_rules
from diversify.synth.algebraic.text import Brackets, text_of


@dataclass(frozen=True)
class Roles:
    """Which rules do what; no rule is in two of them."""

    trained: tuple[Rule, ...]
    """The training rules: a generalist's, or a specialist's own."""
    beside: tuple[Rule, ...]
    """A specialist's rules beside its own."""
    held_out: tuple[Rule, ...]
    """Rules of no training example."""


@dataclass(frozen=True)
class AlgebraData:
    """Examples: columns instruction, input, response, rule (its number), part (empty)."""

    train: pd.DataFrame
    tests: pd.DataFrame
    """With `source`, the test set's name: unseen, other (of a specialist), train."""
    roles: Roles


def make_algebra_data(options: SynthAlgebraOptions) -> AlgebraData:
    """Draw rules and examples of them; about 0.2 ms an example at depths 1 and 1.

    `unseen` holds rules that were held out or, for a specialist, its own rules with deeper trees
    for their variables; then `other` holds the rules that were held out. `train` is the head of
    the training rows. Each rule draws from streams of its own, so that with one seed all arms are
    tested on the same examples, and fewer rules or examples are a part of more.

    Raises:
        ConfigError: a rule has no example under these options.
    """
    roles = share_rules(options)
    train = _trained(roles, options)
    tests = {
        "unseen": _spread(roles.held_out, options.tests, options.pattern_depth, "test", options)
    }
    if options.diversify_rules:
        deeper = options.test_pattern_depth
        tests["other"] = tests["unseen"]
        tests["unseen"] = _spread(roles.trained, options.tests, deeper, "test", options)
    tests["train"] = train[: options.tests]
    named = [_table(rows, options).assign(source=name) for name, rows in tests.items()]
    return AlgebraData(_table(train, options), pd.concat(named, ignore_index=True), roles)


def share_rules(options: SynthAlgebraOptions) -> Roles:
    """Shuffle the rules by the seed: the first are held out, the next trained, the last beside.

    So each group of a smaller size is a part of a larger, and the rules held out stay the same.
    """
    size = options.rule_size
    rules = [rule for rule in all_rules() if rule.size <= size]
    rules += derived_rules(options.derived, size)
    shuffled = [rules[i] for i in np.random.default_rng([options.seed, 0]).permutation(len(rules))]
    known = shuffled[options.test_rules :]
    return Roles(
        trained=tuple(known[: options.rules]),
        beside=tuple(known[::-1][: options.diversify_rules]),
        held_out=tuple(shuffled[: options.test_rules]),
    )


def _trained(roles: Roles, options: SynthAlgebraOptions) -> list[Example]:
    """Give the training examples, those of the rules beside spread evenly among the others."""
    count, others = options.examples, options.diversified()
    deep = options.diversify_pattern_depth
    beside_depth = deep if deep >= 0 else options.pattern_depth
    own = iter(_spread(roles.trained, count - others, options.pattern_depth, "train", options))
    beside = iter(_spread(roles.beside, others, beside_depth, "train", options))
    turns = [(row + 1) * others // count > row * others // count for row in range(count)]
    return [next(beside) if turn else next(own) for turn in turns]


def _spread(
    rules: Sequence[Rule],
    count: int,
    pattern_depth: int,
    purpose: str,
    options: SynthAlgebraOptions,
) -> list[Example]:
    """Draw `count` examples, the rules taking turns."""
    streams = [random.Random(f"{options.seed} {purpose} {rule.number}") for rule in rules]
    turns = (row % len(rules) for row in range(count))
    return [draw_example(streams[i], rules[i], pattern_depth, options) for i in turns]


def _table(examples: Sequence[Example], options: SynthAlgebraOptions) -> pd.DataFrame:
    brackets = options.brackets
    return pd.DataFrame(
        {
            "instruction": [_instruction(example, brackets) for example in examples],
            "input": [text_of(example.expression, brackets) for example in examples],
            "response": [text_of(example.answer, brackets) for example in examples],
            "rule": [example.rule.number for example in examples],
            "part": "",
        }
    )


def _instruction(example: Example, brackets: Brackets) -> str:
    names = {ord(a): b for a, b in zip(example.rule.letters, example.letters, strict=True)}
    return example.rule.text(brackets).translate(names)
