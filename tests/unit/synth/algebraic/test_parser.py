"""Expressions as text: what is written is read back, and what a model may write is read safely."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.synth.algebraic.parser import MAX_CHARACTERS, UnreadableError, parse
from diversify.synth.algebraic.text import text_of
from diversify.synth.algebraic.trees import FUNCTIONS, PRECEDENCE, Tree

LEAVES = st.sampled_from([Tree(head) for head in ("x", "y", "k", "A", "0", "7", "12")])
TREES = st.recursive(
    LEAVES,
    lambda below: st.one_of(
        st.builds(
            lambda head, a, b: Tree(head, (a, b)), st.sampled_from([*PRECEDENCE]), below, below
        ),
        st.builds(lambda head, a: Tree(head, (a,)), st.sampled_from(FUNCTIONS), below),
    ),
    max_leaves=12,
)


@given(TREES, st.sampled_from(["few", "all"]))
def test_what_is_written_is_read_back_as_the_same_tree(tree, brackets):
    assert parse(text_of(tree, brackets)) == tree


@given(TREES)
def test_no_pair_of_brackets_can_be_left_out(tree):
    text = text_of(tree)
    for start, end in bracket_pairs(text):
        if start == 0 or not text[start - 1].islower():  # a function keeps its own
            without = text[:start] + text[start + 1 : end] + text[end + 1 :]
            assert parse(without) != tree


def bracket_pairs(text):
    opened = []
    for at, character in enumerate(text):
        if character == "(":
            opened.append(at)
        elif character == ")":
            yield opened.pop(), at


@pytest.mark.parametrize(
    "text",
    ["x-(y-z)", "x-y-z", "x^y^z", "(x^y)^z", "(x+1)*(x-1)", "x/(y*z)", "sin(x+1)^2", "2*x+y/3"],
)
def test_an_expression_has_one_way_of_writing(text):
    assert text_of(parse(text)) == text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (" ( sin ( x ) ) + 2 * y ", "sin(x)+2*y"),
        ("((x))-((y+z))", "x-(y+z)"),
        ("x**2", "x^2"),
        ("-x^2", "0-x^2"),
        ("x*-y", "x*(0-y)"),
        ("2^-x", "2^(0-x)"),
        ("007*x", "7*x"),
        ("x\n+\ty", "x+y"),
    ],
)
def test_what_a_model_may_write_is_forgiven(written, meant):
    assert parse(written) == parse(meant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "x+",
        "+x",
        "x y",
        "2x",
        "(x",
        "x)",
        "()",
        "sin",
        "sin x",
        "sin()",
        "xy",
        "x,y",
        "x=1",
        "é",
        "x²",
        "٣",
        "1.5",
        "9" * 10,
        "__import__('os')",
        "(" * 3000,
        "(" * 1000 + "x" + ")" * 1000,
        "x^" * 1999 + "x",
        "x+" * 1999 + "x",
        "-" * 1000 + "x",
        "sin(" * 900 + "x" + ")" * 900,
        "x" + " " * MAX_CHARACTERS,
    ],
)
def test_anything_else_is_unreadable(text):
    with pytest.raises(UnreadableError):
        parse(text)


@given(st.text(alphabet="xyA19+-*/^() sincotalgeq\n", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        tree = parse(text)
    except UnreadableError:
        return
    assert parse(text_of(tree)) == tree
