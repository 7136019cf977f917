"""Matching against a slow oracle: try every subtree of the expression for each variable."""

import random
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.synth.algebraic.drawing import random_tree
from diversify.synth.algebraic.matching import match, places, rewritten
from diversify.synth.algebraic.parser import parse
from diversify.synth.algebraic.rules import all_rules
from diversify.synth.algebraic.text import text_of
from diversify.synth.algebraic.trees import subtree_at, subtrees, with_letters

FEW = SynthAlgebraOptions(variables=2, constants=2)
SMALL = [rule for rule in all_rules() if len(rule.letters) <= 2]


def bindings(pattern, letters, tree):
    """Every binding over the subtrees of a tree that makes it of the pattern."""
    pieces = [*dict.fromkeys(subtrees(tree))]
    for chosen in product(pieces, repeat=len(letters)):
        binding = dict(zip(letters, chosen, strict=True))
        if with_letters(pattern, binding) == tree:
            yield binding


@given(st.integers(0, 10**6), st.integers(0, 3), st.sampled_from(SMALL), st.booleans())
def test_a_match_is_what_trying_every_subtree_finds(seed, depth, rule, instance):
    rng = random.Random(seed)
    tree = random_tree(rng, depth, FEW)
    if instance:
        tree = with_letters(
            rule.left, {letter: random_tree(rng, depth % 2, FEW) for letter in rule.letters}
        )
    found = match(rule.left, tree)
    assert ([] if found is None else [found]) == list(bindings(rule.left, rule.letters, tree))


@given(st.integers(0, 10**6), st.sampled_from(SMALL))
def test_places_are_the_subtrees_that_match(seed, rule):
    tree = random_tree(random.Random(seed), 4, FEW)
    found = [subtree_at(tree, place) for place in places(rule.left, tree)]
    assert found == [part for part in subtrees(tree) if match(rule.left, part) is not None]


def test_a_variable_stands_for_the_same_wherever_it_comes_again():
    assert match(parse("A^2-B^2"), parse("(x+1)^2-y^2")) == {"A": parse("x+1"), "B": parse("y")}
    assert match(parse("A/A"), parse("(x+1)/(x+1)")) is not None
    assert match(parse("A/A"), parse("(x+1)/(1+x)")) is None
    assert match(parse("A*1"), parse("x*2")) is None


def test_the_papers_own_example_is_rewritten():
    given = parse("((2*x+5)^2-(3*y-6)^2)^3+(log(5*t)-cos(4*k))")
    left, right = parse("A^2-B^2"), parse("(A+B)*(A-B)")
    (place,) = places(left, given)
    answer = rewritten(given, left, right, place)
    assert text_of(answer) == ("((2*x+5+(3*y-6))*(2*x+5-(3*y-6)))^3+(log(5*t)-cos(4*k))")
