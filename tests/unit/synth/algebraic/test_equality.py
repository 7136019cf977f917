"""Values of expressions, against sympy, and when two count as equal."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.synth.algebraic.drawing import random_tree
from diversify.synth.algebraic.equality import have_same_value
from diversify.synth.algebraic.parser import parse
from diversify.synth.algebraic.values import points, values, values_and_errors
from diversify.synth.algebraic.verification import as_sympy

OPTIONS = SynthAlgebraOptions()


@given(st.integers(0, 10**6), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_values_are_those_of_sympy_within_the_error_bound(seed, depth):
    import sympy

    tree = random_tree(random.Random(seed), depth, OPTIONS)
    at = points(3)
    found, error = (np.broadcast_to(part, 3) for part in values_and_errors(tree, at))
    exact = as_sympy(tree)
    for i in range(3):
        if np.isfinite(found[i]):
            subs = {s: sympy.Float(float(at[str(s)][i]), 60) for s in exact.free_symbols}
            true = exact.subs(subs).evalf(40)
            assert abs(float(true - sympy.Float(float(found[i]), 60))) <= 4 * error[i] + 1e-300


@given(st.integers(0, 10**6), st.integers(0, 3))
def test_both_ways_of_computing_give_the_same_values(seed, depth):
    tree = random_tree(random.Random(seed), depth, OPTIONS)
    try:
        quick = values(tree, points(8))
    except FloatingPointError:
        return
    np.testing.assert_array_equal(quick, values_and_errors(tree, points(8))[0])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("log(1-2)", "no real logarithm"),
        ("sqrt(0-x)", "no real root"),
        ("(0-x)^(1/2)", "no real power"),
        ("(0-x)^(5-3)", "an exponent that is not written as a number"),
        ("log(0-x)^0", "a part without a value"),
        ("1^log(0-x)", "a part without a value"),
        ("1/(x-x)", "division by zero"),
        ("1/(1/(x-x))", "division by zero inside"),
        ("exp(9^9)", "too large"),
        ("9^9^9", "too large"),
    ],
)
def test_what_has_no_real_value_is_not_a_number(text, what):
    found, error = values_and_errors(parse(text), points(4))
    assert np.isnan(found).all(), what
    assert np.isnan(error).all()


def test_a_number_as_exponent_takes_any_base():
    assert (values_and_errors(parse("(0-x)^3"), points(4))[0] < 0).all()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("(x+y)^2", "x^2+2*x*y+y^2", True),
        ("sin(x)^2+cos(x)^2", "1", True),
        ("sqrt(x-1)^2", "x-1", True),
        ("exp(15)+x-exp(15)", "x", True),  # few digits are left, yet they agree
        ("x-x", "0", True),
        ("log(x)-log(x)", "0", True),
        ("x", "x+1/999999", False),
        ("x+y", "x+z", False),
        ("x^3", "x^2", False),
        ("sqrt((x-y)^2)", "x-y", False),
        ("log(0-x)", "log(0-x)", False),  # neither has a value anywhere
        ("1/(x-x)", "1", False),
        ("exp(40)+x-exp(40)", "x", False),  # no digit is left: nothing can be told
    ],
)
def test_equal_in_value_means_equal_wherever_both_have_one(one, other, same):
    assert have_same_value(parse(one), parse(other)) == same
    assert have_same_value(parse(other), parse(one)) == same
