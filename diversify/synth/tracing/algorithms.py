"""Random Markov algorithms, and inputs on which they run for a number of steps."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from diversify.config.synth_markov import SynthMarkovOptions
from diversify.errors import ConfigError
from diversify.synth.patterns import Codes, random_strings
from diversify.synth.tracing.runs import Algorithms, joined, numbered, run_all

BLOCK = 8192
"""Algorithms or rows drawn at a time; a fixed number, so that fewer are the head of more."""
TRIES = 64
"""Inputs on which an algorithm is tried before it is thrown away."""
RAREST = 500
"""Lists of rules drawn for one that is kept, at which the search is given up."""
LEAST = 64
"""Lists that are drawn at least before that, and that a block counts for."""


def draw_algorithms(
    rng: np.random.Generator,
    count: int,
    steps: Collection[int],
    for_tests: bool,
    options: SynthMarkovOptions,
) -> Algorithms:
    """Draw distinct algorithms, each with runs of every number of steps.

    A coin of the seed says for each pair of pattern and replacement whether it is for tests or
    for training, so that the two share none. A smaller count gives the head of a larger.

    Raises:
        ConfigError: such algorithms are too rare.
    """
    found: list[Algorithms] = []
    known: set[bytes] = set()
    drawn = 0
    while len(known) < count:
        if drawn > RAREST * (len(known) + LEAST):
            raise ConfigError(
                f"{len(known)} of {drawn} drawn lists of rules are new and have runs of "
                f"{', '.join(map(str, sorted(steps)))} steps, and {count} are needed: lower "
                "steps and test_steps, or raise rules, planted, input_length or alphabet"
            )
        candidates = _candidates(rng, for_tests, options)
        drawn += max(len(candidates), LEAST)
        reaching = candidates.take(_reaches(rng, candidates, steps, options))
        found.append(reaching.take(_is_new(reaching, known)))
    return joined(found).take(slice(count))


def draw_inputs(
    rng: np.random.Generator,
    algorithms: Algorithms,
    steps: NDArray[np.int64],
    options: SynthMarkovOptions,
) -> Codes:
    """Draw for each algorithm an input on which it runs for so many steps: (n, length).

    Each algorithm must have such runs, as those of `draw_algorithms` have.
    """
    inputs = np.empty((len(algorithms), options.input_length), dtype=np.uint8)
    left = np.arange(len(algorithms))
    while len(left):
        # the fewer rows are left, the rarer their runs are, and the more often each is tried
        tries = max(4, BLOCK // len(left))
        rows = np.repeat(left, tries)
        drawn = _inputs(rng, algorithms.take(rows), options)
        taken = run_all(algorithms.take(rows), drawn, options.longest_run).steps
        hits = np.flatnonzero(taken == steps[rows])
        inputs[rows[hits]] = drawn[hits]
        left = np.setdiff1d(left, rows[hits])
    return inputs


def _candidates(
    rng: np.random.Generator, for_tests: bool, options: SynthMarkovOptions
) -> Algorithms:
    """Draw lists of rules whose patterns differ and which do not replace a pattern by itself."""
    shape = (BLOCK, options.rules)
    size = options.pattern_length
    patterns = rng.integers(0, options.alphabet, (*shape, size), dtype=np.uint8)
    replacements = rng.integers(0, options.alphabet, (*shape, size), dtype=np.uint8)
    if options.rules > 1:
        other = (np.arange(options.rules) + rng.integers(1, options.rules, shape)) % options.rules
        chained = rng.random(shape) < options.chain_share
        of_another = patterns[np.arange(BLOCK)[:, None], other]
        replacements = np.where(chained[:, :, None], of_another, replacements)
    stops = rng.random(shape) < options.stop_share
    x, y = numbered(patterns), numbered(replacements)
    differ = (np.diff(np.sort(x, axis=1), axis=1) > 0).all(1) & (x != y).all(1)
    mine = (_is_for_tests(x, y, options.seed) == for_tests).all(1)
    return Algorithms(patterns, replacements, stops).take(differ & mine)


def _is_for_tests(x: NDArray[np.int64], y: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """Toss a coin for each pair of numbers, the same one whenever the pair comes up."""
    with np.errstate(over="ignore"):
        mixed = x.astype(np.uint64)
        for more in (y.astype(np.uint64), np.uint64(seed % 2**64)):
            # the finalizer of splitmix64 (Steele, Lea and Flood 2014)
            mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + more
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed ^= mixed >> np.uint64(31)
    return (mixed & np.uint64(1)).astype(bool)


def _reaches(
    rng: np.random.Generator,
    algorithms: Algorithms,
    steps: Collection[int],
    options: SynthMarkovOptions,
) -> NDArray[np.bool_]:
    """Say which algorithms show runs of each number of steps on some inputs: (n,)."""
    numbers = np.repeat(np.arange(len(algorithms)), TRIES)
    tried = algorithms.take(numbers)
    taken = run_all(tried, _inputs(rng, tried, options), options.longest_run).steps
    taken = taken.reshape(len(algorithms), TRIES)
    reached: NDArray[np.bool_] = np.all([(taken == k).any(1) for k in steps], axis=0)
    return reached


def _is_new(algorithms: Algorithms, known: set[bytes]) -> NDArray[np.bool_]:
    new = []
    parts = (algorithms.patterns, algorithms.replacements, algorithms.stops)
    for row in zip(*parts, strict=True):
        key = b"".join(part.tobytes() for part in row)
        new.append(key not in known)
        known.add(key)
    return np.array(new, dtype=bool)


def _inputs(rng: np.random.Generator, algorithms: Algorithms, options: SynthMarkovOptions) -> Codes:
    """Draw strings and put patterns into them, where a later one may cover an earlier."""
    count, rules, size = algorithms.patterns.shape
    strings = random_strings(rng, count, options.input_length, options.alphabet)
    planted = rng.integers(0, options.planted + 1, count)
    for number in range(options.planted):
        rows = np.flatnonzero(planted > number)
        place = rng.integers(0, options.input_length - size + 1, len(rows))
        strings[rows[:, None], place[:, None] + np.arange(size)] = (
            algorithms.patterns[rows, rng.integers(0, rules, len(rows))]
        )  # fmt: skip
    return strings
