"""Plain values go into JSON and come back the same, and nothing else comes back."""

import json
import math
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from contextlib import suppress
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diversify.evaluation.sandbox.plain import Room, TooLargeError, as_line, digest, plain
from diversify.evaluation.sandbox.values import (
    MOST_MEMBERS,
    SomethingElse,
    output_of,
    read_json,
    value_of,
)

KEYS = st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.binary())
LEAVES = KEYS | st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.sets(KEYS)
        | st.frozensets(KEYS)
        | st.dictionaries(KEYS, inner)
    ),
    max_leaves=20,
)


PATIENT = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def through(value, room=1 << 20):
    return value_of(read_json(as_line([plain(value, Room(room))]))[0])


def same(one, other):
    """Equal in value and in every type, sign of zero included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(map(repr, one)) == list(map(repr, other)) and all(
            map(same, one.values(), other.values())
        )
    return repr(one) == repr(other) if not isinstance(one, set | frozenset) else one == other


@PATIENT
@given(VALUES)
def test_a_builtin_value_comes_back_exactly(value):
    assert same(through(value), value)


@pytest.mark.parametrize(
    "value",
    [
        10**4000, -(1 << 53), float("inf"), float("-inf"), -0.0, 5e-324, "\ud800", "\x00\n",
        bytearray(b"\x00\xff"), range(3, 9, 2), Decimal("1.50"), Fraction(-1, 3),
        deque([1, (2,)]), Counter("abca"), OrderedDict([("b", 1), ("a", 2)]),
        np.float64(0.1), np.int8(-3), np.bool_(True), np.complex128(1 + 2j), {(1, 2.0): [None]},
    ],
)  # fmt: skip
def test_a_value_of_a_listed_type_comes_back_exactly(value):
    back = through(value)
    assert type(back) is type(value)
    assert repr(back) == repr(value)


def test_what_is_no_number_comes_back_as_that():
    assert math.isnan(through([float("nan")])[0])


def test_an_array_of_one_comes_back_and_any_other_is_something_else():
    back = through(np.array([[2.5]]))
    assert (back.shape, back.dtype, back.item()) == ((1, 1), np.float64, 2.5)
    assert isinstance(through(np.array([1, 2])), SomethingElse)


def test_an_object_of_a_derived_type_counts_by_its_content_alone():
    class Yes(list):
        def __eq__(self, other):
            return True

        def __iter__(self):
            return iter([7, 7])

        def __len__(self):
            return 99

    class Number(float):
        def __eq__(self, other):
            return True

        __hash__ = None

        def __float__(self):
            return 1.5

    pair = namedtuple("pair", "a b")(1, 2)
    level = IntEnum("level", "low")
    kept = [through(value) for value in (Yes([1]), Number(2), pair, level.low, defaultdict(int))]
    assert same(kept, [[1], 2.0, (1, 2), 1, defaultdict(None)])


def test_the_name_of_a_derived_type_is_told_because_a_tolerance_asks_for_equal_types():
    class Number(float):
        pass

    told = output_of(plain(Number(1.0), Room(999)))
    assert told.value == 1.0
    assert told.kind != output_of(plain(1.0, Room(999))).kind == "<class 'float'>"


def test_anything_else_equals_nothing_not_even_itself_come_back():
    class Yes:
        def __eq__(self, other):
            return True

    for value in (Yes(), Yes, object(), print, (n for n in ()), map(abs, ()), {}.keys(), ...):
        back = through(value)
        assert isinstance(back, SomethingElse)
        assert back != through(value)
        assert back not in (None, 1, [])


def test_what_pretends_to_be_of_another_type_is_what_it_is():
    class Pretender:
        __class__ = int

        def __int__(self):
            return 4

    assert isinstance(through(Pretender()), SomethingElse)


@pytest.mark.parametrize("make", [lambda: [0] * 500, lambda: "a" * 999, lambda: 1 << 9000])
def test_a_value_that_is_too_large_is_given_up(make):
    with pytest.raises(TooLargeError):
        plain(make(), Room(900))


def test_a_small_object_that_unfolds_without_end_is_given_up():
    many = []
    for _ in range(64):
        many = [many, many]
    with pytest.raises(TooLargeError):
        plain(many, Room(10_000))
    circle = []
    circle.append(circle)
    deep = through(circle)
    for _ in range(101):
        (deep,) = deep
    assert isinstance(deep, SomethingElse)


HOSTILE = [
    b"", b"[", b"\xff", b"NaN", b'["float", NaN]', b"[" * 100_000, b"[]", b"{}", b'{"a": 1}',
    b"[1]", b"[null]", b'[["list"]]', b'["int", 5]', b'["int", "x"]', b'["int"]', b'["dict", 1]',
    b'["set", ["list"]]', b'["dict", ["list"], 1]', b'["bytes", "zz"]', b'["complex", "1"]',
    b'["range", 1, 2, 3, 4]', b'["range", "a"]', b'["Decimal", "x"]', b'["Fraction", "1/0"]',
    b'["scalar", "V999999999999", 1]', b'["scalar", "O", 1]', b'["scalar", "int8", 300]',
    b'["scalar", "float64", "1"]', b'["array", 99, 1]', b'["array", 1, ["list", 1, 2]]',
    b'["sub", 1, 2]', b'["sub", "a"]', b'["__import__", "os"]', b'["else"]', b'["default", 1]',
    b'["list", ' * 200 + b"1" + b"]" * 200, b"9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:40]))
def test_whatever_else_a_sandbox_says_is_refused(text):
    with pytest.raises(ValueError):
        output_of(read_json(text))


@PATIENT
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_list_of_words_does_more_than_be_read_or_refused(given_):
    with suppress(ValueError):
        value_of(json.loads(json.dumps(given_)))


def test_a_set_of_more_members_than_can_be_made_in_time_is_refused():
    with pytest.raises(ValueError, match="too many members"):
        value_of(["set", *range(2 * MOST_MEMBERS + 1)])


def test_a_value_too_large_to_be_told_is_known_by_its_hash():
    one, other = [(1, "a")] * 200_000, [(1, "".join(["a"])) for _ in range(200_000)]
    assert output_of(digest(one)) == output_of(digest(other))
    for different in (other[1:], [*other[1:], (1.0, "a")], tuple(other), [*other[1:], (True, "a")]):
        assert output_of(digest(one)) != output_of(digest(different))
    with pytest.raises(ValueError):
        digest([object()])
