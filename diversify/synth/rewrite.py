"""String rewriting: a rule `x -> y`, an input, and the input with its leftmost `x` replaced.

The task of both papers (arXiv 2402.10891, section 4; arXiv 2410.04717, section 2): how many
distinct rules must a model see before it follows rules it has never seen?
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.patterns import Codes, as_text, distinct_patterns, random_strings


@dataclass(frozen=True)
class RewriteData:
    """Training and test examples: columns instruction, input, response, rule, noop."""

    train: pd.DataFrame
    unseen: pd.DataFrame


def make_rewrite_data(options: SynthRewriteOptions) -> RewriteData:
    """Draw rules and examples of them.

    Rules, inputs and the test draw from streams of their own, so that with one seed every number
    of instructions is tested on the same examples, and fewer rules are the head of more.
    """
    rules_rng, train_rng, test_rng = (
        np.random.default_rng([options.seed, stream]) for stream in range(3)
    )
    # test rules come first: they stay the same whatever the number of training rules
    patterns = distinct_patterns(
        rules_rng,
        options.tests + options.instructions,
        options.pattern_length,
        options.alphabet,
    )
    replacements = random_strings(
        np.random.default_rng([options.seed, 3]),
        len(patterns),
        options.pattern_length,
        options.alphabet,
    )
    rule_numbers = np.arange(options.examples) % options.instructions + options.tests
    return RewriteData(
        train=_examples(train_rng, patterns, replacements, rule_numbers, options),
        unseen=_examples(test_rng, patterns, replacements, np.arange(options.tests), options),
    )


def leftmost_match(inputs: Codes, patterns: Codes) -> NDArray[np.int64]:
    """Position of the leftmost occurrence of each row's pattern, -1 where there is none: (n,)."""
    windows = np.lib.stride_tricks.sliding_window_view(inputs, patterns.shape[1], axis=1)
    hits = (windows == patterns[:, None]).all(-1)  # (n, positions)
    return np.where(hits.any(1), hits.argmax(1), -1)


def _examples(
    rng: np.random.Generator,
    patterns: Codes,
    replacements: Codes,
    rule_numbers: NDArray[np.int64],
    options: SynthRewriteOptions,
) -> pd.DataFrame:
    x, y = patterns[rule_numbers], replacements[rule_numbers]
    noop = np.zeros(len(x), dtype=bool)
    noop[rng.permutation(len(x))[: round(options.noop_share * len(x))]] = True
    inputs = random_strings(rng, len(x), options.input_length, options.alphabet)
    _put(inputs, x, rng.integers(0, options.input_length - x.shape[1] + 1, len(x)), ~noop)
    _clear_matches(rng, inputs, x, noop, options.alphabet)
    outputs = inputs.copy()
    _put(outputs, y, leftmost_match(inputs, x), ~noop)
    return pd.DataFrame(
        {
            "instruction": [f"{a} -> {b}" for a, b in zip(as_text(x), as_text(y), strict=True)],
            "input": as_text(inputs),
            "response": as_text(outputs),
            "rule": rule_numbers,
            "noop": noop,
        }
    )


def _put(
    strings: Codes, pieces: Codes, positions: NDArray[np.int64], where: NDArray[np.bool_]
) -> None:
    rows = np.flatnonzero(where)
    columns = positions[rows, None] + np.arange(pieces.shape[1])
    strings[rows[:, None], columns] = pieces[rows]


def _clear_matches(
    rng: np.random.Generator,
    inputs: Codes,
    patterns: Codes,
    noop: NDArray[np.bool_],
    alphabet: int,
) -> None:
    """Draw the inputs of no-ops again until none holds its pattern by accident."""
    rows = np.flatnonzero(noop)
    while len(rows := rows[leftmost_match(inputs[rows], patterns[rows]) >= 0]):
        inputs[rows] = random_strings(rng, len(rows), inputs.shape[1], alphabet)
