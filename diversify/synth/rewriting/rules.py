"""Rules `x -> y`: those of the tests first, then those of training."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.patterns import Codes, distinct_patterns, is_among, random_strings
from diversify.synth.rewriting.cipher import encipher
from diversify.synth.rewriting.families import belongs_to_any, draw_of_kinds
from diversify.synth.rewriting.streams import Stream, stream


@dataclass(frozen=True)
class Rules:
    """Every rule of a corpus by its number, the first axis; the sets are ranges of numbers."""

    patterns: Codes
    replacements: Codes
    keys: Codes
    """(rules, key_length)."""
    k: NDArray[np.int64]
    """How often each pattern repeats; 0 for free patterns."""
    sets: dict[str, range]
    """`unseen`, `within` (where patterns are of families) and `train`."""


def draw_rules(options: SynthRewriteOptions) -> Rules:
    """Draw the rules; no pattern of a test rule is in a training rule.

    Test rules come first, so they are the same for every number of training rules, and fewer
    training rules are the head of more. With families, the replacements of test rules are in no
    training rule either, and no unseen pattern is of a kind that training has.

    Raises:
        ConfigError: fewer patterns exist than are asked for.
    """
    sizes = {"unseen": options.tests, "train": options.instructions}
    if options.families:
        sizes = {"unseen": options.tests, "within": options.tests, "train": options.instructions}
    sets, start = {}, 0
    for name, size in sizes.items():
        sets[name] = range(start, start + size)
        start += size
    patterns, k = _patterns(options)
    return Rules(
        patterns,
        _replacements(patterns, sets["train"].start, options),
        _keys(start, options),
        k,
        sets,
    )


def spell_rules(rules: Rules, alphabet: int) -> Codes:
    """Write each rule as its instruction, in ASCII: (rules, width).

    "X -> Y"; with keys "KEY: X -> Y", where X and Y are enciphered.
    """
    x, y, keys = rules.patterns, rules.replacements, rules.keys
    before: list[Codes] = []
    if keys.shape[1]:
        x, y = encipher(x, keys, alphabet), encipher(y, keys, alphabet)
        before = [_letters(keys), _sign(": ", len(x))]
    return np.concatenate([*before, _letters(x), _sign(" -> ", len(x)), _letters(y)], axis=1)


def _keys(rules: int, options: SynthRewriteOptions) -> Codes:
    """Draw a key for each rule, or a few that go round."""
    drawn = options.keys or rules
    keys = random_strings(
        _stream(options, Stream.KEYS), drawn, options.key_length, options.alphabet
    )
    return keys[np.arange(rules) % drawn]


def _patterns(options: SynthRewriteOptions) -> tuple[Codes, NDArray[np.int64]]:
    length, alphabet = options.pattern_length, options.alphabet
    count = options.tests + options.instructions
    if not options.families:
        rng = _stream(options, Stream.PATTERNS)
        free = distinct_patterns(rng, count, length, alphabet)
        return free, np.zeros(count, dtype=np.int64)
    trained = options.trained_kinds
    unseen, unseen_k = draw_of_kinds(
        (options.seed, Stream.UNSEEN_PATTERNS),
        options.tested_kinds,
        options.tests,
        length,
        alphabet,
        but_of=trained,
    )
    known, known_k = draw_of_kinds(
        (options.seed, Stream.PATTERNS), trained, count, length, alphabet
    )
    return np.concatenate([unseen, known]), np.concatenate([unseen_k, known_k])


def _replacements(patterns: Codes, tests: int, options: SynthRewriteOptions) -> Codes:
    """Draw free strings; with families, those of the first `tests` rules are none of training's."""
    count, length = patterns.shape
    first = _stream(options, Stream.REPLACEMENTS, 0)
    drawn = random_strings(first, count, length, options.alphabet)
    if options.families:
        # of no trained kind: so no training pattern, however many there are
        _redraw(
            drawn, slice(0, tests), options, partial(belongs_to_any, kinds=options.trained_kinds)
        )
        of_tests = np.concatenate([patterns[:tests], drawn[:tests]])
        _redraw(drawn, slice(tests, count), options, partial(is_among, others=of_tests))
    return drawn


def _redraw(
    strings: Codes,
    which: slice,
    options: SynthRewriteOptions,
    unfit: Callable[[Codes], NDArray[np.bool_]],
) -> None:
    """Draw some of the strings again, in place, until none of them is unfit."""
    count, length = strings.shape
    rows, attempt = np.arange(count)[which], 0
    while len(rows := rows[unfit(strings[rows])]):
        attempt += 1
        rng = _stream(options, Stream.REPLACEMENTS, attempt)
        # each rule has its place in the stream: it gets the same string whatever else is unfit
        strings[rows] = random_strings(rng, count, length, options.alphabet)[rows]


def _letters(codes: Codes) -> Codes:
    return codes + np.uint8(ord("A"))


def _sign(text: str, count: int) -> Codes:
    return np.broadcast_to(np.frombuffer(text.encode(), dtype=np.uint8), (count, len(text)))


def _stream(options: SynthRewriteOptions, *path: int) -> np.random.Generator:
    return stream(options.seed, *path)
