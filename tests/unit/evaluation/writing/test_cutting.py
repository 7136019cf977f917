"""Cutting programs out of text, against a plain slow oracle, and without running anything."""

import ast
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.evaluation.writing.cutting import (
    before_stops,
    code_block,
    cut_program,
    longest_head,
)

LINES = st.sampled_from(
    [
        *("def f(x):", "    return x", "class A:", "    if x:", "else:", "try:", "@f", "return"),
        *("    '''doc", "    '''", 'y = """', '"""', "x = 'a", "f'{x'", "    x = [", "    1,"),
        *("]", "x = (", ")", "x = [a", "b]", "f(a b)", "1 = 2", "lambda", "await", "  oops"),
        *("import os", "", "   ", "# note", "a = 1 \\", "print(f(1)", "print(f(1))", "\tz = 1"),
        *("\x00", "é = 1", "\x0cx = 2"),
    ]
)


def parses(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            return False
    return True


def slow_head(text):
    lines = text.split("\n")
    return "\n".join(
        lines[: next(n for n in range(len(lines), -1, -1) if parses("\n".join(lines[:n])))]
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=14).map("\n".join))
def test_the_longest_head_is_that_of_trying_every_one(text):
    assert longest_head(text) == slow_head(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES, max_size=14).map("\n".join))
def test_whatever_is_left_is_a_program_and_cutting_it_again_changes_nothing(text):
    program = cut_program(text, "f")
    assert parses(program)
    assert cut_program(program, "f") == program


@pytest.mark.parametrize(
    ("written", "left"),
    [
        # the limit of tokens came in the middle of a line, of a text, of a block
        ("def f(x):\n    return x\n    y = [1,", "def f(x):\n    return x\n"),
        ("def f(x):\n    return x\n'''and so on", "def f(x):\n    return x\n"),
        ("def f(x):\n    a = 1\n    for i in", "def f(x):\n    a = 1\n"),
        # what would run below the solution
        ("def f(x):\n    return x\nprint(f(input()))\n", "def f(x):\n    return x\n"),
        ("def f(n):\n    return n\nn = int(input())\n", "def f(n):\n    return n\n"),
        ("def f(n):\n    return n\nfor i in range(9):\n    f(i)\n", "def f(n):\n    return n\n"),
        ("def f(n):\n    return n\nwhile True: pass\n", "def f(n):\n    return n\n"),
        # tabs are four spaces where they indent, and tabs within a text
        ("def f(x):\n\ty = '\t'\n    return y", "def f(x):\n    y = '\t'\n    return y\n"),
        # a stub is written anew; a solution is not
        ('def f(x):\n    """Doc."""\n\ndef f(x):\n    return x\n', "def f(x):\n    return x\n"),
        ("def f(x):\n    return x\ndef f(x):\n    return 0\n", "def f(x):\n    return x\n"),
        ("def f(x):\r\n    return x\r\n", "def f(x):\n    return x\n"),
        ("", ""),
        ("Sure! Here it is:", ""),
    ],
)
def test_a_program_is_cut(written, left):
    assert cut_program(written, "f") == left


@pytest.mark.parametrize(
    "program",
    [
        '"""A text."""\nimport re\nfrom math import pi as p\n\n# note\ndef f(x):\n    return p\n',
        "def g(x):\n    return x\n\n\ndef f(x):\n    return x\n",
        "LIMIT = 9\nTABLE = [LIMIT]\n\ndef f(x):\n    return TABLE\n",
        "t = {}\nfor i in range(9):\n    t[i] = i\n\ndef f(x):\n    return t[x]\n",
        "class Node:\n    size = 0\n\nNode.size = 3\n\ndef f(x):\n    return Node()\n",
        "n = 1\nn += 1\n\ndef f(x):\n    return (lambda y: y + n)(x)\n",
        "try:\n    import fast\nexcept OSError:\n    fast = None\n\ndef f(x):\n    return fast\n",
        "f = lambda x: x\n",
        "if True:\n    def f(x):\n        return x\n",
        "import functools\n\n@functools.cache\ndef f(x):\n    return x\n",
        "def g(x):\n    return x\n\ndef f(x):\n    global n\n    n = 1\n    return n\n",
    ],
)
def test_what_the_function_needs_is_kept_to_the_letter(program):
    assert cut_program(program, "f") == program


def test_a_program_without_the_function_is_kept_as_it_is():
    assert cut_program("print(1)\nx = 2\n", "f") == "print(1)\nx = 2\n"


@pytest.mark.parametrize(
    "written",
    [
        "-" * 20_000 + "1",
        "(" * 20_000,
        "x" + ".a" * 20_000,
        "[" * 150 + "]" * 150,
        "not " * 5_000 + "x",
        "1" + "+1" * 20_000,
        "\x00",
        "def f(x):\n    nonlocal y\n    return x",
        "def f(x):\n    global x\n    return x",
        "def f(x):\n    return '\\d'",
        "__import__('os').abort()",
    ],
)
def test_hostile_text_is_cut_without_a_fault_or_a_run(written):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert isinstance(cut_program(f"def f(y):\n    return y\n{written}", "f"), str)
        assert isinstance(cut_program(written, "f"), str)


def test_a_text_ends_before_the_first_string_that_ends_it():
    assert before_stops("a\ndef b\nprint(", ["\nprint(", "\ndef "]) == "a"
    assert before_stops("\ndef b", ["\ndef "]) == ""
    assert before_stops("def b", ["\ndef ", "\nclass "]) == "def b"
    assert before_stops("def b", []) == "def b"


@pytest.mark.parametrize(
    ("answer", "block"),
    [
        ("```python\ndef f(x):\n    return x\n```\nDone.", "def f(x):\n    return x\n"),
        ("Sure:\n```\nf = 1\n```", "f = 1\n"),
        ("```python\ndef f(x):\n    return x", "def f(x):\n    return x"),
        ("```sh\npip install\n```\nand\n```py\ndef f(x): ...\n```", "def f(x): ...\n"),
        ("```py\ndef g(x): ...\n```\n```py\ndef h(x): ...\n```", "def g(x): ...\n"),
        ("Use this:\n\nimport re\ndef f(x): ...", "import re\ndef f(x): ..."),
        ("I cannot.", "I cannot."),
    ],
)
def test_the_block_that_defines_the_function_is_taken(answer, block):
    assert code_block(answer, "f") == block
