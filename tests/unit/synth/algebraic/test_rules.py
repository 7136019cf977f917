"""The catalogue: how many rules, that they differ, and that each is true."""

import random

import numpy as np
import pytest

from diversify.config.synth_algebra import RULES, SynthAlgebraOptions
from diversify.synth.algebraic.drawing import random_tree
from diversify.synth.algebraic.equality import have_same_value
from diversify.synth.algebraic.parser import parse
from diversify.synth.algebraic.rules import Rule, all_rules, meaning, sides
from diversify.synth.algebraic.trees import PRECEDENCE, abstract_variables, with_letters
from diversify.synth.algebraic.values import points, values_and_errors
from diversify.synth.algebraic.verification import verify


def rule(equation):
    return Rule(0, "", *sides(equation))


def test_there_are_as_many_rules_as_the_options_say():
    sizes = [one.size for one in all_rules()]
    assert {limit: sum(size <= limit for size in sizes) for limit in RULES} == RULES
    assert len(sizes) == RULES[max(RULES)] >= 60
    assert [one.number for one in all_rules()] == [*range(len(sizes))]


def test_no_two_rules_say_the_same():
    assert len({meaning(one) for one in all_rules()}) == len(all_rules())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("A*(B+C) = A*B+A*C", "C*B+A*C = (B+A)*C", True),
        ("A-(B+C) = (A-B)-C", "B-(A+C) = (B-A)-C", True),
        ("A-(B-C) = (A-B)+C", "A-(B+C) = (A-B)-C", False),
        ("A/A = 1", "A-A = 0", False),
    ],
)
def test_renaming_commuting_and_turning_round_make_no_new_rule(one, other, same):
    assert (meaning(rule(one)) == meaning(rule(other))) == same


def test_the_right_side_needs_nothing_that_the_left_lacks():
    for one in all_rules():
        assert set(abstract_variables(one.right)) <= set(one.letters) != set()


def test_no_left_side_fits_every_use_of_an_operator():
    for one in all_rules():
        parts = [part.head for part in one.left.arguments]
        assert not (
            one.left.head in PRECEDENCE
            and all(head.isupper() for head in parts)
            and len(set(parts)) == 2
        )


def test_sympy_proves_every_rule():
    found = [verify(one, points=2) for one in all_rules()]
    assert [one.rule.text() for one in found if not one.holds] == []
    assert [one.rule.text() for one in found if not one.symbolic] == []


def test_sympy_refuses_a_false_rule():
    found = verify(rule("(A+B)^2 = A^2+B^2"))
    assert (found.holds, found.symbolic, found.unequal) == (False, False, 5)


def test_every_rule_holds_for_any_grounding_wherever_both_sides_have_a_value():
    # negative numbers, numbers as exponents and fractions are where an identity may break
    grounds = [parse(text) for text in ("2", "3", "1/2", "0-x", "x-y", "y-x", "z-2", "u-w*x")]
    rng, at = random.Random(0), points(64, lowest=-2.5, highest=2.5, seed=3)
    for one in all_rules():
        for _ in range(12):
            given = {letter: rng.choice(grounds) for letter in one.letters}
            left, right = (with_letters(side, given) for side in (one.left, one.right))
            (a, a_error), (b, b_error) = values_and_errors(left, at), values_and_errors(right, at)
            both = np.isfinite(a) & np.isfinite(b) & (a_error + b_error < 1e-6 * (1 + np.abs(a)))
            apart = np.abs(a - b)[both] if both.ndim else np.abs(a - b) * both
            bound = (16 * (a_error + b_error) + 1e-12)[both] if both.ndim else 1e-9
            assert (apart <= bound).all(), (one.text(), given)


def test_a_rule_that_needs_a_positive_number_would_be_found_out():
    left, right = (with_letters(side, {"A": parse("x-y")}) for side in sides("sqrt(A^2) = A"))
    assert not have_same_value(left, right)


def test_renaming_keeps_the_rule():
    for one in all_rules():
        named = one.renamed(tuple("WXYZ"[: len(one.letters)]))
        assert meaning(named) == meaning(one)
        assert set(named.letters) <= set("WXYZ")


def test_a_tree_is_as_deep_as_was_asked():
    rng = random.Random(0)
    for wanted in range(5):
        tree = random_tree(rng, wanted, SynthAlgebraOptions())
        assert levels(tree) == wanted


def levels(tree):
    if tree.head not in PRECEDENCE:
        return 0
    return 1 + max(levels(argument) for argument in tree.arguments)
