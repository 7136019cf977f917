import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.records import COLUMNS, Record, folded, prompt_text, same_key

ROW = Record(source="a", file="a.jsonl", line=3, instruction="Sort", response="done", input="3 1")


def test_columns_are_the_id_and_every_field():
    assert COLUMNS[0] == "id"
    assert COLUMNS[1:] == tuple(field.name for field in dataclasses.fields(Record))
    assert {"source", "file", "line", "instruction", "response", "meta"} < set(COLUMNS)


@pytest.mark.parametrize("name", ["instruction", "response", "input", "system", "more"])
def test_what_a_model_would_read_changes_the_id(name):
    assert dataclasses.replace(ROW, **{name: "other"}).id != ROW.id


@pytest.mark.parametrize("name", ["source", "file", "meta"])
def test_where_a_row_came_from_does_not_change_its_id(name):
    assert dataclasses.replace(ROW, **{name: "other"}).id == ROW.id


def test_text_cannot_move_from_one_field_to_the_next_unseen():
    first = dataclasses.replace(ROW, instruction="ab", input="c")
    assert first.id != dataclasses.replace(ROW, instruction="a", input="bc").id
    assert same_key("ab", "c") != same_key("a", "bc")


@pytest.mark.parametrize(
    "again",
    ["  a < b\n", "a\\n<\tb", "a &lt; b", "a\u00a0<\u2003b", "\uff41 < b"],
)
def test_spacing_escapes_and_width_make_no_other_row(again):
    assert same_key(again, "") == same_key("a < b", "")


def test_case_and_words_do():
    assert same_key("A < b", "") != same_key("a < b", "")


@given(st.text())
def test_folding_twice_changes_nothing_that_holds_no_escapes(text):
    once = folded(text)
    if "&" not in once and "\\" not in once:
        assert folded(once) == once


def test_an_input_follows_its_instruction_after_a_blank_line():
    assert prompt_text("Sort", "3 1") == "Sort\n\n3 1"
    assert prompt_text("Sort", "") == "Sort"
