"""Judging what a model wrote, be it hostile."""

import time

import pandas as pd
import pytest

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.evaluation.algebra import judge_algebra
from diversify.synth.algebra import make_algebra_data
from diversify.synth.algebraic.parser import MAX_CHARACTERS, MAX_DEPTH

GIVEN, WANTED = "log(2*x)+y", "log(2)+log(x)+y"


def judged(*answers, given=GIVEN, wanted=WANTED):
    rows = pd.DataFrame({"input": [given] * len(answers), "response": [wanted] * len(answers)})
    return judge_algebra(answers, rows)


@pytest.mark.parametrize(
    ("answer", "structure", "equivalent", "unchanged", "unparsed"),
    [
        ("log(2)+log(x)+y", True, True, False, False),
        (" log ( 2 ) + log ( x ) + y ", True, True, False, False),
        ("((log((2))+log(x))+y)", True, True, False, False),
        ("\n\nlog(2)+log(x)+y\n\nA+B = B+A", True, True, False, False),
        ("log(x)+log(2)+y", False, True, False, False),
        ("y+log(2*x)", False, True, False, False),
        ("log(2*x)+y", False, True, True, False),
        ("log(2 * x) + (y)", False, True, True, False),
        ("log(2)*log(x)+y", False, False, False, False),
        ("log(2)+log(x)+z", False, False, False, False),
        ("log(2)+log(x)+A", False, False, False, False),
        ("log(0-2)+log(x)+y", False, False, False, False),
        ("log(2)+log(x)+", False, False, False, True),
        ("The answer is log(2)+log(x)+y", False, False, False, True),
        ("", False, False, False, True),
        (" \n ", False, False, False, True),
    ],
)
def test_an_answer_is_judged(answer, structure, equivalent, unchanged, unparsed):
    found = judged(answer)
    assert [
        found.structure.tolist(),
        found.equivalent.tolist(),
        found.unchanged.tolist(),
        found.unparsed.tolist(),
    ] == [[structure], [equivalent], [unchanged], [unparsed]]


HOSTILE = [
    "9^9^9^9^9^9",
    "(" * 100_000,
    "x^" * 5_000 + "x",
    "^".join(["x"] * (MAX_DEPTH - 1)),
    "sin(" * (MAX_DEPTH - 1) + "x" + ")" * (MAX_DEPTH - 1),
    "exp(" * (MAX_DEPTH - 1) + "9" + ")" * (MAX_DEPTH - 1),
    "999999999^999999999",
    "1/0",
    "0^0-0/0",
    "x" * 10_000_000,
    " " * 10_000_000,
    "\x00\x1b[31m",
    "__import__('os').system('true')",
    "x.__class__",
    "lambda: 0",
    "log(2)+log(x)+у",  # a Cyrillic letter
    "tan(" + "+".join(["x*y"] * ((MAX_DEPTH - 2) // 1))[:3900] + ")",
]


def test_hostile_answers_are_wrong_soon():
    started = time.monotonic()
    found = judged(*HOSTILE)
    assert time.monotonic() - started < 30, "a hang, not a slow machine"
    assert not found.structure.any()
    assert not found.equivalent.any()
    assert found.unparsed.sum() >= 8


def test_the_largest_answer_that_is_read_is_judged_too():
    half = "(" + "+".join(["x/x"] * 90) + ")"
    answer = f"{half}-{half}+{WANTED}"
    assert MAX_CHARACTERS > len(answer) > 700
    assert judged(answer).equivalent.tolist() == [True]


def test_right_answers_are_right_whatever_their_values():
    # no real point: the rules are proven, so the structure decides
    found = judged("log(0-2)+log(x)", given="log((0-2)*x)", wanted="log(0-2)+log(x)")
    assert found.equivalent.tolist() == [True]


def test_made_rows_judge_their_own_answers_as_right():
    data = make_algebra_data(SynthAlgebraOptions(rules=60, examples=200, tests=60, depth=1))
    right = judge_algebra(list(data.tests["response"]), data.tests)
    assert right.summary() == {
        "rows": 120,
        "structure": 1.0,
        "equivalent": 1.0,
        "unchanged": 0.0,
        "unparsed": 0.0,
    }
    copied = judge_algebra(list(data.tests["input"]), data.tests)
    assert copied.summary() == {
        "rows": 120,
        "structure": 0.0,
        "equivalent": 1.0,
        "unchanged": 1.0,
        "unparsed": 0.0,
    }


def test_no_rows_give_empty_arrays():
    found = judged()
    assert found.structure.tolist() == found.unparsed.tolist() == []
