"""Examples of a rule, drawn at random: an expression with one instance of it, and its rewriting."""

import random
from itertools import islice
from typing import NamedTuple

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.errors import ConfigError
from diversify.synth.algebraic.matching import places
from diversify.synth.algebraic.rules import CAPITALS, Rule
from diversify.synth.algebraic.trees import (
    FUNCTIONS,
    PRECEDENCE,
    Place,
    Tree,
    leaf_places,
    with_letters,
    with_subtree,
)
from diversify.synth.algebraic.values import POINTS, Reals, often_real, points, values

OPERATORS = tuple(PRECEDENCE)
VARIABLES = "xyzuvwtspqrk"

TRIES = 10_000
"""Draws until one is taken as a sign that there is no example."""
HOLE = Tree("inside")
"""Stands for the instance while what is around it is computed."""


class Example(NamedTuple):
    """An expression, and the expression with its one instance of a rule rewritten."""

    rule: Rule
    letters: tuple[str, ...]
    """What the rule's variables are called here, in their order."""
    expression: Tree
    answer: Tree


def draw_example(
    rng: random.Random, rule: Rule, pattern_depth: int, options: SynthAlgebraOptions
) -> Example:
    """Draw an expression that holds one instance of a rule's left side, and no second one.

    Drawn again: an expression with a second instance, one that rewriting leaves as it is, and one
    that hardly ever has a real value, such as log(2-5).

    Raises:
        ConfigError: no such expression is found.
    """
    for _ in range(TRIES):
        found = _drawn(rng, rule, pattern_depth, options)
        if found:
            letters = rule.letters
            if options.rename:
                letters = tuple(rng.sample(CAPITALS[: options.letters], len(letters)))
            return Example(rule, letters, *found)
    raise ConfigError(
        f"no expression with depth {options.depth} holds just one instance, {pattern_depth} deep, "
        f"of {rule.text()}: raise variables or constants, or lower the depths"
    )


def random_tree(rng: random.Random, depth: int, options: SynthAlgebraOptions) -> Tree:
    """Draw an expression exactly `depth` operators deep; an exponent is a leaf."""
    if depth == 0:
        return _leaf(rng, options)
    head = rng.choice(OPERATORS)
    deep = random_tree(rng, depth - 1, options)
    if head == "^":  # towers of powers leave the numbers that can be computed with
        return Tree(head, (deep, _leaf(rng, options)))
    other = random_tree(rng, rng.randrange(depth), options)
    return Tree(head, (deep, other) if rng.random() < 0.5 else (other, deep))


def _leaf(rng: random.Random, options: SynthAlgebraOptions) -> Tree:
    kind = rng.random()
    if kind < options.constant_share:
        return Tree(str(rng.randint(1, options.constants)))
    variable = Tree(rng.choice(VARIABLES[: options.variables]))
    if kind < options.constant_share + options.function_share:
        return Tree(rng.choice(FUNCTIONS), (variable,))
    return variable


def _drawn(
    rng: random.Random, rule: Rule, pattern_depth: int, options: SynthAlgebraOptions
) -> tuple[Tree, Tree] | None:
    given = {letter: random_tree(rng, pattern_depth, options) for letter in rule.letters}
    left, right = with_letters(rule.left, given), with_letters(rule.right, given)
    around = random_tree(rng, options.depth, options)
    place = rng.choice(leaf_places(around))
    expression = with_subtree(around, place, left)
    if left == right or len(list(islice(places(rule.left, expression), 2))) > 1:
        return None
    if not _has_values(left, right, around, place):
        return None
    return expression, with_subtree(around, place, right)


def _has_values(left: Tree, right: Tree, around: Tree, place: Place) -> bool:
    """Say whether both sides, and what stands around them, have values at enough points."""
    at = points(POINTS)
    try:
        inside: Reals = values(left, at) + 0 * values(right, at)
    except FloatingPointError:
        return False
    return often_real(with_subtree(around, place, HOLE), at={**at, HOLE.head: inside})
