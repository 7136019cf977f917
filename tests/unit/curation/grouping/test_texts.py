import json

import pytest

from diversify.curation.grouping.texts import row_texts

TURNS = [{"role": "user", "content": "And now?"}, {"role": "assistant", "content": "Later."}]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("instruction", ["Sort", "Hello"]),
        ("instruction+input", ["Sort\n\n3 1 2", "Hello"]),
        ("whole", ["Sort\n\n3 1 2\n\n1 2 3", "Be brief.\n\nHello\n\nHi\n\nAnd now?\n\nLater."]),
    ],
)
def test_a_text_is_the_instruction_with_its_input_or_all_that_is_said(table, field, expected):
    rows = table(
        {"instruction": "Sort", "input": "3 1 2", "response": "1 2 3"},
        {"instruction": "Hello", "response": "Hi", "system": "Be brief.",
         "more": json.dumps(TURNS)},
    )  # fmt: skip
    assert row_texts(rows, field) == expected
