"""Answers to TheoremQA, judged by kind and value."""

import math

import pytest

from diversify.evaluation.harness.theoremqa import is_right, process_results, said_answer, value


@pytest.mark.parametrize(
    ("written", "answer", "kind", "right"),
    [
        ("So 5! / 4 = 30. The answer is 30.", "30", "integer", True),
        ("The answer is 29.6", "30", "integer", True),
        ("The answer is 31", "30", "integer", False),
        ("The answer is 1.04", "1.0", "float", True),
        ("The answer is 1.05", "1.0", "float", False),
        ("The answer is -1.02", "-1.0", "float", True),
        ("The answer is 0.001", "0.0", "float", False),
        ("Therefore the answer is: True, since it converges.", "True", "bool", True),
        ("The answer is no.", "False", "bool", True),
        ("The answer is unknown.", "False", "bool", False),
        ("The answer is (c) the reals", "(c)", "option", True),
        ("The answer is c", "(c)", "option", True),
        ("The answer is a cube", "(c)", "option", False),
        ("The answer is [3, 1]", "[1, 3]", "list of integer", True),
        ("The answer is 1 and 3", "[1, 3]", "list of integer", True),
        ("The answer is [1, 3, 5]", "[1, 3]", "list of integer", False),
        ("The answer is (1/3, 0.25)", "[0.333, 0.25]", "list of float", True),
        ("The answer is [1, x]", "[1, 3]", "list of integer", False),
        ("It is 7.\nThe answer is 7\nProblem: 8", "7", "integer", True),
        ("The answer is 4. No: the answer is 5.", "5", "integer", True),
        ("We get\n\n42", "42", "integer", True),
        ("", "0", "integer", False),
    ],
)
def test_an_answer_is_right_by_its_kind(written, answer, kind, right):
    assert is_right(written, answer, kind) is right
    assert process_results({"Answer": answer, "Answer_type": kind}, [written]) == {"acc": right}


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("14 m/s", 14), ("3/4", 0.75), ("2 x 10^5", 2e5), ("5%", 5), ("1,234", 1234),
        (r"$\frac{3}{4}$", 0.75), (r"2\sqrt{3}", 2 * math.sqrt(3)), (r"\frac{\pi}{4}", math.pi / 4),
        ("v = 5 V", 5), ("4kHz", 4), ("10^{-3}", 1e-3), ("ln(2)", math.log(2)), ("-.5", -0.5),
        ("nothing", None), ("1/0 or so", 1),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(said, number):
    assert value(said) == (number if number is None else pytest.approx(number))


@pytest.mark.parametrize(
    "said",
    [
        "__import__('os').system('touch marker')",
        "(lambda: open('marker', 'w'))()",
        "[].__class__.__base__.__subclasses__()",
        "9" * 5000,
        "9**9**9**9**9",
        "(" * 5000,
        "exp(exp(exp(9)))",
    ],
)
def test_what_a_model_writes_is_never_run(said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = value(said)
    assert found is None or math.isfinite(found)
    assert not any(tmp_path.iterdir())


def test_the_last_answer_counts_else_the_last_line():
    assert said_answer("The answer is 4. Wait, the answer is: 5.\nProblem: next") == "5"
    assert said_answer("first\nlast. \n\n") == "last"
