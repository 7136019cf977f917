"""Runs of random Markov algorithms as training data: rewriting in several steps.

Ours, from the remark of both papers that string rewriting is one step of a Markov algorithm
(arXiv 2410.04717, appendix A): how many steps of an algorithm that it has never seen can a model
follow, and does it help to write each of them down?
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.synth_markov import SynthMarkovOptions
from diversify.synth.markov import ARROW, STOP
from diversify.synth.patterns import Codes, as_text
from diversify.synth.tracing.algorithms import BLOCK, draw_algorithms, draw_inputs
from diversify.synth.tracing.runs import Algorithms, run_all

BETWEEN_RULES, BETWEEN_STRINGS = " ; ", " > "


@dataclass(frozen=True)
class MarkovData:
    """Columns instruction, input, response, rule (number of the algorithm), part ("steps3")."""

    train: pd.DataFrame
    tests: pd.DataFrame
    """Also `source`: unseen (algorithms that share no rule with training) or train (its head)."""


def make_markov_data(options: SynthMarkovOptions) -> MarkovData:
    """Draw algorithms and runs of them.

    Algorithms and runs of tests and of training draw from streams of their own, so that with one
    seed the tests are the same whatever the training set, fewer algorithms are the head of more,
    and fewer examples of as many algorithms the head of more. With `answer` only the responses
    change.
    """
    unseen_rng, train_rng = (np.random.default_rng([options.seed, stream]) for stream in (0, 1))
    unseen = draw_algorithms(unseen_rng, options.tests, options.test_steps, True, options)
    # training runs and test runs are of algorithms of one kind
    every_number = {*options.steps, *options.test_steps}
    trained = draw_algorithms(train_rng, options.algorithms, every_number, False, options)
    # whole blocks, so that fewer examples are the head of more
    rows = np.arange(-(-options.examples // BLOCK) * BLOCK)
    rounds, algorithm = np.divmod(rows, options.algorithms)
    # each algorithm takes its turn at each number of steps
    steps = np.array(options.steps)[(algorithm + rounds) % len(options.steps)]
    train = _examples(trained, algorithm, steps, 3, options).head(options.examples)
    train = train.assign(rule=train["rule"] + options.tests)
    tests = np.arange(options.tests)
    test_steps = np.array(options.test_steps)[tests % len(options.test_steps)]
    of_unseen = _examples(unseen, tests, test_steps, 2, options)
    known = train.head(options.tests)
    return MarkovData(
        train,
        pd.concat(
            [of_unseen.assign(source="unseen"), known.assign(source="train")], ignore_index=True
        ),
    )


def spelled(algorithms: Algorithms) -> list[str]:
    """Write each algorithm as its rules, such as `AB -> CD ; CD ->. EF`."""
    count, rules, size = algorithms.patterns.shape
    x = as_text(algorithms.patterns.reshape(-1, size))
    y = as_text(algorithms.replacements.reshape(-1, size))
    arrows = np.where(algorithms.stops.reshape(-1), STOP, ARROW)
    written = [f"{a} {arrow} {b}" for a, arrow, b in zip(x, arrows, y, strict=True)]
    return [BETWEEN_RULES.join(written[at : at + rules]) for at in range(0, count * rules, rules)]


def _examples(
    algorithms: Algorithms,
    which: NDArray[np.int64],
    steps: NDArray[np.int64],
    stream: int,
    options: SynthMarkovOptions,
) -> pd.DataFrame:
    """Make one row for each number in `which`, a run of that algorithm over so many steps."""
    names = np.array(spelled(algorithms), dtype=object)
    parts = []
    for number, start in enumerate(range(0, len(which), BLOCK)):
        rng = np.random.default_rng([options.seed, stream, number])
        chosen, wanted = which[start : start + BLOCK], steps[start : start + BLOCK]
        parts.append(_block(rng, algorithms.take(chosen), wanted, options))
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "instruction", names[which])
    return table.assign(rule=which, part=[f"steps{count}" for count in steps])


def _block(
    rng: np.random.Generator,
    algorithms: Algorithms,
    steps: NDArray[np.int64],
    options: SynthMarkovOptions,
) -> pd.DataFrame:
    inputs = draw_inputs(rng, algorithms, steps, options)
    strings = run_all(algorithms, inputs, options.longest_run).strings
    responses = np.empty(len(steps), dtype=object)
    for count in np.unique(steps):
        rows = np.flatnonzero(steps == count)
        first = 1 if options.answer == "trace" else count
        responses[rows] = _joined(strings[first : count + 1, rows])
    return pd.DataFrame({"input": as_text(inputs), "response": responses})


def _joined(strings: Codes) -> NDArray[np.str_]:
    """Spell the strings of each run with a mark between them: (steps, n, length) -> (n,)."""
    steps, count, length = strings.shape
    mark = np.frombuffer(BETWEEN_STRINGS.encode(), dtype=np.uint8)
    text = np.empty((count, steps, length + len(mark)), dtype=np.uint8)
    text[:, :, :length] = strings.transpose(1, 0, 2) + ord("A")
    text[:, :, length:] = mark
    flat = np.ascontiguousarray(text.reshape(count, -1)[:, : -len(mark)])
    return flat.view(f"S{flat.shape[1]}").reshape(count).astype(f"U{flat.shape[1]}")
