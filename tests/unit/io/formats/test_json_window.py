"""JSON of any size means what the standard decoder makes of it, however little is held of it."""

import io
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.io.formats import json_window
from diversify.io.formats.json_window import BadValue, Window, elements, members

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=12)
    | st.sampled_from(["\ud83d", '"', "\\", "[{,]}", "\\u", "x" * 40, 10**30, -0.0, 1e-7]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def same(one, other):
    """Say whether two values are one, NaN included and 1 told from 1.0 and True."""
    return repr(one) == repr(other)


def window(text, piece, monkeypatch=None, longest=10_000):
    json_window.PIECE = piece
    return Window(io.StringIO(text), longest)


@pytest.fixture(autouse=True)
def _piece(monkeypatch):
    monkeypatch.setattr(json_window, "PIECE", json_window.PIECE)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(values, max_size=5),
    st.sampled_from([1, 2, 3, 7, 64, 1 << 20]),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_an_array_gives_what_the_standard_decoder_gives(rows, piece, ascii, indent):
    text = json.dumps(rows, ensure_ascii=ascii, indent=indent)
    text = text.replace("\\u0020", " ") + " \r\n"
    reader = window(text, piece)
    found = list(elements(reader))
    reader.take("")
    assert same(found, json.loads(text))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(values, max_size=3),
    st.integers(0, 200),
    st.sampled_from(["", ",", "]", "}", "[", "{", '"', "x", "\\", "1", "\n", "NaN", "tru"]),
    st.sampled_from([1, 5, 1 << 20]),
)
def test_a_fault_is_worded_and_placed_as_the_standard_decoder_does(rows, at, junk, piece):
    text = json.dumps(rows, indent=1)
    at = min(at, len(text))
    text = f"[{text[:at]}{junk}{text[at + len(junk) % 2 :]}]"
    try:
        wanted, fault = json.loads(text), ""
    except ValueError as error:
        wanted, fault = None, str(error)
    reader = window(text, piece)
    try:
        found = list(elements(reader))
        reader.take("")
    except ValueError as error:
        assert fault, text
        if "trailing comma" in fault:  # Python 3.13 points at the comma, and not behind it
            return
        # between elements the marks are ours to check: the place agrees, the word may not
        assert str(error).rpartition(": ")[2] == fault.rpartition(": ")[2], text
    else:
        assert same(found, wanted), text


def test_numbers_of_any_length_and_half_characters_are_not_changed():
    text = '[123456789012345678901234567890, "\\ud83d", NaN, -Infinity, 1e999]'
    found = list(elements(window(text, 4)))
    assert found[:2] == [123456789012345678901234567890, "\ud83d"]
    assert math.isnan(found[2])
    assert found[3:] == [-math.inf, math.inf]


@pytest.mark.parametrize("piece", [1, 3, 1 << 20])
def test_a_value_that_is_too_long_is_passed_over_and_the_next_ones_are_read(piece):
    long = json.dumps({"a": ['\\"]}', "x" * 500, {"b": "[{,"}]})
    found = list(elements(window(f'[1, {long} , {{"c": "]"}}, {long}]', piece, longest=100)))
    assert [isinstance(value, BadValue) for value in found] == [False, True, False, True]
    assert found[1].reason == "too long (more than 100 characters)"
    assert found[1].text.startswith('{"a": [') or piece < 7
    assert found[2] == {"c": "]"}


@pytest.mark.parametrize("piece", [1, 5, 1 << 20])
def test_a_value_that_python_cannot_hold_costs_only_itself(piece):
    bad = ["[" * 50_000 + "]" * 50_000, "9" * 5000, '{"a": 1, "a": 2}']
    text = f"[{', '.join(bad)}, 7]"
    found = list(elements(window(text, piece * 1000, longest=1 << 20)))
    assert found[3:] == [7]
    reasons = [value.reason for value in found[:3]]
    assert "recursion" in reasons[0]
    assert "4300 digits" in reasons[1]
    assert reasons[2] == "not JSON (key 'a' stands there twice)"


def test_no_more_than_twice_the_longest_value_is_held():
    text = "[" + ",".join(["1"] * 5000 + [json.dumps("x" * 90_000)] + ["[1, 2]"] * 5000) + "]"
    reader = window(text, 100, longest=1000)
    held = 0
    for _ in elements(reader):
        held = max(held, len(reader.text))
    assert held <= 2 * 1000 + 100


@pytest.mark.parametrize("piece", [1, 4, 1 << 20])
def test_the_members_of_an_object_are_read_one_by_one(piece):
    reader = window('{"a": [1, 2], "b": {"c": []} , "d": "x"}', piece)
    assert [(key, reader.value()) for key in members(reader)] == [
        ("a", [1, 2]),
        ("b", {"c": []}),
        ("d", "x"),
    ]
    reader.take("")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1, "a": 2}', "key 'a' stands there twice"),
        ('{"a": 1,}', "Expecting property name enclosed in double quotes: line 1 column 9"),
        ("{1: 2}", "Expecting property name enclosed in double quotes: line 1 column 2"),
        ('{"a" 1}', "Expecting ':' delimiter: line 1 column 6"),
    ],
)
def test_a_broken_object_is_an_error(text, fault):
    reader = window(text, 3)
    with pytest.raises(ValueError, match=fault):
        for _ in members(reader):
            reader.value()
