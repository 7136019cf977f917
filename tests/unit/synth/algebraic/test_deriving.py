"""Derived rules: true, different from each other and from the catalogue, and usable."""

import random

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.synth.algebra import share_rules
from diversify.synth.algebraic.deriving import derived_rules
from diversify.synth.algebraic.drawing import draw_example
from diversify.synth.algebraic.equality import have_same_value
from diversify.synth.algebraic.rules import all_rules, meaning
from diversify.synth.algebraic.trees import abstract_variables
from diversify.synth.algebraic.verification import verify

SIZE = 16
DERIVED = derived_rules(400, SIZE)
KNOWN = len(all_rules())


def test_fewer_derived_rules_are_the_head_of_more():
    assert derived_rules(50, SIZE) == DERIVED[:50]
    assert [rule.number for rule in DERIVED] == [*range(KNOWN, KNOWN + 400)]


def test_no_derived_rule_says_what_another_says():
    assert len({meaning(rule) for rule in (*all_rules(), *DERIVED)}) == KNOWN + 400


def test_derived_rules_are_short_and_need_nothing_that_their_left_side_lacks():
    for rule in DERIVED:
        assert rule.size <= SIZE
        assert set(abstract_variables(rule.right)) <= set(rule.letters) != set()


def test_derived_rules_hold_by_sympy_and_by_our_own_numbers():
    assert [rule.text() for rule in DERIVED if not have_same_value(rule.left, rule.right)] == []
    sample = random.Random(0).sample(DERIVED, 40)
    assert [rule.text() for rule in sample if verify(rule, symbolically=False).unequal] == []


def test_every_derived_rule_has_an_example():
    options = SynthAlgebraOptions(depth=1, pattern_depth=0)
    for rule in DERIVED:
        assert draw_example(random.Random(0), rule, 0, options).rule == rule


def test_derived_rules_are_shuffled_among_the_others():
    options = SynthAlgebraOptions(derived=400, rule_size=16, rules=500, test_rules=60, tests=60)
    roles = share_rules(options)
    held_out = [rule.family == "derived" for rule in roles.held_out]
    assert 20 < sum(held_out) < 58
    assert not {rule.number for rule in roles.held_out} & {rule.number for rule in roles.trained}
