"""String rewriting: a rule `x -> y`, an input, and the input with its leftmost `x` replaced.

The task of both papers (arXiv 2402.10891, section 4; arXiv 2410.04717, section 2): how many
distinct rules must a model see before it follows rules it has never seen?
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.rewriting.examples import Sheet, deal_times, make_examples, part_column
from diversify.synth.rewriting.placing import Numbers
from diversify.synth.rewriting.power_law import Counts, effective_number, examples_per_rule
from diversify.synth.rewriting.rules import Rules, draw_rules, spell_rules
from diversify.synth.rewriting.streams import Stream, stream

STREAMS = {"train": Stream.TRAIN, "unseen": Stream.UNSEEN, "within": Stream.WITHIN}
"""Stream of each table's inputs."""


@dataclass(frozen=True)
class RewriteData:
    """Training and test examples: columns instruction, input, response, rule, noop, part."""

    train: pd.DataFrame
    tests: dict[str, pd.DataFrame]
    """`unseen`; with families also `within`: unseen rules of training's own families and ks."""
    counts: Counts
    """Training examples of each training rule."""

    @property
    def unseen(self) -> pd.DataFrame:
        """The main test set: rules that are in no training example."""
        return self.tests["unseen"]

    def rule_summary(self) -> dict[str, int | float]:
        """Count the training rules: asked for, with an example, and effectively (1 / sum p^2)."""
        return {
            "asked": len(self.counts),
            "with_examples": int(np.count_nonzero(self.counts)),
            "effective": round(effective_number(self.counts), 3),
        }


def make_rewrite_data(options: SynthRewriteOptions, threads: int = 1) -> RewriteData:
    """Draw rules and examples of them; the same on any number of threads.

    Rules, the order of rows and each table draw from streams of their own, so that with one seed
    every number of instructions, of examples, and every shape is tested on the same examples, and
    fewer rules are the head of more. Takes O(rows x input_length); memory is that of the tables.

    Raises:
        ConfigError: fewer patterns exist than are asked for.
        DataError: a pattern can hardly occur as often as asked in an input so short.
    """
    rules = draw_rules(options)
    counts = examples_per_rule(options.instructions, options.examples, options.shape)
    in_order = {name: np.array(numbers) for name, numbers in rules.sets.items()}
    in_order["train"] = rules.sets["train"].start + _order(counts, options)
    instructions = spell_rules(rules, options.alphabet)
    tables = {
        name: make_examples(
            rules,
            instructions,
            _sheet(name, rule, rules, options),
            (options.seed, STREAMS[name]),
            options.input_length,
            options.alphabet,
            threads,
        )
        for name, rule in in_order.items()
    }
    return RewriteData(tables.pop("train"), tables, counts)


def _order(counts: Counts, options: SynthRewriteOptions) -> Numbers:
    """Say which training rule each row is of: in turn when shared evenly, else shuffled."""
    if options.shape == "uniform":
        return np.arange(options.examples) % options.instructions
    rows = np.repeat(np.arange(options.instructions), counts)
    return stream(options.seed, Stream.ORDER).permutation(rows)


def _sheet(name: str, rule: Numbers, rules: Rules, options: SynthRewriteOptions) -> Sheet:
    """Settle which rows are no-ops and how often the others hold their pattern."""
    of_training = name == "train"
    # tests are half no-ops whatever their share in training: their accuracy is the mean of both
    share = options.noop_share if of_training else 0.5 * (options.noop_share > 0)
    occurrences = options.occurrences if of_training else options.tested_occurrences
    times = deal_times(
        stream(options.seed, Stream.ORDER, STREAMS[name]),
        len(rule),
        round(share * len(rule)),
        occurrences,
    )
    part = part_column(rules.k[rule], times, options.noop_share > 0, len(occurrences) > 1)
    return Sheet(rule, times, part)
