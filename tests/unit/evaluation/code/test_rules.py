"""What counts as right, by the rules of EvalPlus."""

import math
from collections import Counter
from decimal import Decimal

import numpy as np
import pytest

from diversify.evaluation.code.rules import Judge
from diversify.evaluation.sandbox.plain import Room, digest, plain
from diversify.evaluation.sandbox.values import output_of
from diversify.io.test_sets.code_problems import CodeProblem


def judge(entry_point="f", benchmark="humaneval", atol=0.0):
    return Judge(benchmark, CodeProblem("Task/1", "", entry_point, "", "", (), (), atol))


def told(value):
    """Give a value as it comes out of the sandbox."""
    return output_of(plain(value, Room(1 << 20)))


def accepts(returned, expected, arguments=(), **of):
    return judge(**of).accepts(list(arguments), told(returned), told(expected))


EQUAL = [
    (1, 1), (1.0, 1), (True, 1), ([1, "a"], [1, "a"]), ((1,), (1,)), ({1}, frozenset({1})),
    (Counter("aab"), {"a": 2, "b": 1}), (None, None), (np.float64(2.5), 2.5), (np.int64(3), 3),
    (np.array([4]), 4), (Decimal("1.5"), 1.5), (0.1 + 0.2, 0.3), ([0.1 + 0.2], [0.3]),
    (1e9 + 1, 1e9), ((0.1 + 0.2, 1.0), (0.3, 1.0)),
]  # fmt: skip
UNEQUAL = [
    (1, 2), ("1", 1), ([1], (1,)), ([1, 2], [2, 1]), (None, 0), ([], None),
    (1.0, 1.1), ([0.3], (0.1 + 0.2,)), ([0.1 + 0.2, 1.0], [0.3]), ([[0.1 + 0.2]], [[0.3]]),
    (math.nan, math.nan), (np.array([1, 2]), [1, 2]), (1, 1.0000001), (10**400, 1.5),
    ({"a": 0.1 + 0.2}, {"a": 0.3}),
]  # fmt: skip


@pytest.mark.parametrize(("returned", "expected"), EQUAL, ids=repr)
def test_what_is_equal_or_close_is_right(returned, expected):
    assert accepts(returned, expected)


@pytest.mark.parametrize(("returned", "expected"), UNEQUAL, ids=repr)
def test_what_is_not_is_wrong(returned, expected):
    assert not accepts(returned, expected)


def test_two_objects_of_which_nothing_is_known_are_not_equal():
    assert not accepts(object(), object())


def test_a_stated_tolerance_reaches_into_nested_numbers_of_one_type():
    assert accepts([[1.00005]], [[1.0]], atol=1e-4)
    assert not accepts([[1.0002]], [[1.0]], atol=1e-4)
    assert not accepts(1, 1.00005, atol=1e-4), "an int is no float"
    assert not accepts("a", "b", atol=1e-4)


def test_from_the_first_float_on_whole_numbers_have_a_tolerance_too():
    of = judge()
    large, next_to_it = told(10**8), told(10**8 + 1)
    assert not of.accepts([], next_to_it, large)
    assert of.accepts([], told(1.0), told(1.0))
    assert of.accepts([], next_to_it, large)


def test_a_root_of_find_zero_is_right_whichever_it_is():
    coefficients = [-6.0, 11.0, -6.0, 1.0]
    for root in (1.0, 2.0, 3.0, 3.00001):
        assert accepts(root, 1.0, [coefficients], entry_point="find_zero", atol=1e-4)
    for other in (1.5, None, "1", math.nan, 10**400, [1.0]):
        assert not accepts(other, 1.0, [coefficients], entry_point="find_zero", atol=1e-4)


def test_what_the_reference_gives_is_right_where_there_is_no_root():
    of = {"arguments": [[1.0, 0.0]], "entry_point": "find_zero", "atol": 1e-4}
    assert accepts(-math.inf, -math.inf, **of)
    assert not accepts(math.inf, -math.inf, **of)


def test_some_tasks_of_mbpp_take_any_order():
    of = {"entry_point": "similar_elements", "benchmark": "mbpp"}
    assert accepts([5, 4, 4], (4, 5), **of)
    assert accepts({4, 5}, (4, 5), **of)
    assert not accepts([4], (4, 5), **of)
    assert not accepts([[4]], (4, 5), **of)
    assert not accepts(None, (4, 5), **of)
    assert not accepts([5, 4], (4, 5), entry_point="similar_elements"), "HumanEval knows no such"


def test_a_set_that_would_take_for_ever_is_not_made():
    modulus = 2**61 - 1  # all of these have one hash
    assert not accepts([modulus * n for n in range(30_000)], [0], entry_point="Diff",
                       benchmark="mbpp")  # fmt: skip


def test_some_tasks_of_mbpp_ask_only_whether_something_was_found():
    of = {"entry_point": "check_str", "benchmark": "mbpp"}
    found = object()
    for returned in (found, "x", True, 0):
        assert accepts(returned, found, **of), returned
    for returned in (None, False):
        assert not accepts(returned, found, **of)
        assert accepts(returned, None, **of)
    assert not accepts(found, None, **of)


def test_some_tasks_of_mbpp_have_a_second_right_answer():
    assert accepts("no", True, entry_point="are_equivalent", benchmark="mbpp")
    assert accepts(0, 7, entry_point="sum_div", benchmark="mbpp")
    assert not accepts(1, 7, entry_point="sum_div", benchmark="mbpp")
    pyramid = {"entry_point": "surface_Area", "benchmark": "mbpp", "arguments": [3, 4]}
    assert accepts(35, 33, **pyramid)
    assert accepts(33, 33, **pyramid)
    assert not accepts(34, 33, **pyramid)
    assert not accepts(None, 33, **pyramid)
    digits = {"entry_point": "digit_distance_nums", "benchmark": "mbpp", "arguments": [123, 6]}
    assert accepts(1 + 2 + 3, 0, **digits)
    assert not accepts(4, 0, **digits)


def test_outputs_too_large_to_be_told_are_right_if_their_hashes_are_equal():
    of = judge()
    one, other = output_of(digest([1] * 9)), output_of(digest([2] * 9))
    assert of.accepts([], one, output_of(digest([1] * 9)))
    assert not of.accepts([], one, other)
    assert not of.accepts([], one, told([1] * 9))
    assert not of.accepts([], told("digest"), one)


def test_a_shape_that_would_fill_the_memory_is_not_compared():
    column = [[1.5]] * 20_000
    assert not accepts(column, [1.0] * 20_000)
