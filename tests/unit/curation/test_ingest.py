import json

import pytest

from diversify.curation.ingest import Origin, Reject, to_record
from diversify.curation.reading.layouts import recognise
from diversify.records import Record

ALPACA = {"instruction": "Add 2 and 3.", "input": "", "output": "5"}


def read(row, layout_of=None, columns=None, tab_separated=False):
    layout = recognise(layout_of or row, columns or {}, tab_separated)
    assert layout is not None
    return to_record(row, layout, Origin("maths", "maths.jsonl", "v1", "mit"), 7)


def chat(*turns):
    return {"messages": [{"role": role, "content": content} for role, content in turns]}


def test_an_alpaca_row_becomes_a_record_with_its_origin():
    assert read(ALPACA | {"topic": "sums"}) == Record(
        source="maths",
        file="maths.jsonl",
        line=7,
        instruction="Add 2 and 3.",
        response="5",
        meta='{"topic": "sums"}',
        revision="v1",
        licence="mit",
    )


def test_a_null_input_is_an_empty_one_and_a_number_an_answer():
    record = read({"instruction": "Add 2 and 3.", "input": None, "output": 5})
    assert (record.input, record.response) == ("", "5")


def test_a_later_row_may_have_the_input_that_the_first_lacked():
    assert read(ALPACA | {"input": "x"}, {"instruction": "a", "output": "b"}).input == "x"


def test_the_unused_answer_goes_to_meta():
    record = read(ALPACA | {"response": "five"})
    assert record.response == "5"
    assert json.loads(record.meta) == {"response": "five"}


def test_the_first_exchange_of_a_chat_is_the_record_and_later_turns_follow():
    record = read(
        {
            "conversations": [
                {"from": "system", "value": "Be brief."},
                {"from": "human", "value": "Hi"},
                {"from": "gpt", "value": "Hello"},
                {"from": "human", "value": "Bye"},
                {"from": "gpt", "value": "So long"},
            ]
        }
    )
    assert (record.system, record.instruction, record.response) == ("Be brief.", "Hi", "Hello")
    assert json.loads(record.more) == [
        {"role": "user", "content": "Bye"},
        {"role": "assistant", "content": "So long"},
    ]


def test_a_system_text_may_stand_beside_the_turns():
    row = chat(("user", "Hi"), ("assistant", "Hello"))
    assert read(row | {"system": "Be brief."}).system == "Be brief."


def test_prompt_and_completion_may_be_two_halves_of_a_chat():
    record = read(
        {
            "prompt": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}],
            "completion": [{"role": "assistant", "content": "A"}],
        }
    )
    assert (record.system, record.instruction, record.response) == ("S", "Q", "A")
    assert record.meta == ""


def test_a_self_instruct_task_is_read_with_its_instance():
    row = {"id": "t1", "instruction": "Add.", "instances": [{"input": "2 3", "output": "5"}]}
    record = read(row)
    assert (record.instruction, record.input, record.response) == ("Add.", "2 3", "5")
    assert record.meta == '{"id": "t1"}'


def test_a_flan_row_answers_with_rationale_then_answer_and_real_newlines():
    row = {"1": "Which?\\n- a\\n- b", "2": "b", "3": "Because.\\nReally."}
    record = read(row, tab_separated=True)
    assert record.instruction == "Which?\n- a\n- b"
    assert record.response == "Because.\nReally.\nThe answer is b"


MALFORMED = [
    ({"instruction": "Add 2 and 3.", "input": ""}, "missing 'output'"),
    (ALPACA | {"output": None}, "missing 'output'"),
    (ALPACA | {"output": float("nan")}, "missing 'output'"),
    (ALPACA | {"output": " \n"}, "empty 'output'"),
    (ALPACA | {"instruction": ""}, "empty 'instruction'"),
    (ALPACA | {"instruction": 5}, "'instruction' is not text"),
    (ALPACA | {"output": True}, "'output' is not text"),
    (ALPACA | {"input": ["x"]}, "'input' is not text"),
    (ALPACA | {"output": "\ud83d"}, "lone surrogate in the response"),
    (ALPACA | {"topic": "\ud83d"}, "lone surrogate in the meta"),
]


@pytest.mark.parametrize(("row", "reason"), MALFORMED)
def test_a_malformed_row_is_rejected_with_a_reason(row, reason):
    reject = read(row, ALPACA)
    assert isinstance(reject, Reject)
    assert str(reject) == f"maths.jsonl:7: {reason}"
    reject.text.encode()


CHATS = [
    (chat(), "chat does not begin with user and assistant"),
    (chat(("user", "a")), "chat does not begin with user and assistant"),
    (
        chat(("assistant", "a"), ("user", "b")),
        "chat does not begin with user and assistant",
    ),
    (
        chat(("user", "a"), ("assistant", "b"), ("user", "c")),
        "chat does not end with the assistant",
    ),
    (chat(("user", "a"), ("tool", "b")), "unknown role ('tool', turn 2)"),
    (chat(("user", "a"), ("assistant", " ")), "empty turn (turn 2)"),
    (chat(("user", "a"), ("assistant", None)), "empty turn (turn 2)"),
    (chat(("user", ["a"]), ("assistant", "b")), "'content' of a turn is not text"),
    ({"messages": [{"from": "human", "value": "a"}]}, "turn without 'role' (turn 1)"),
    ({"messages": "a"}, "'messages' is not a list of turns"),
    ({}, "missing 'messages'"),
    (
        chat(("system", "x"), ("user", "a"), ("assistant", "b")) | {"system": "y"},
        "two different system texts",
    ),
]


@pytest.mark.parametrize(("row", "reason"), CHATS)
def test_a_malformed_chat_is_rejected_with_a_reason(row, reason):
    reject = read(row, layout_of=chat(("user", "a")))
    assert isinstance(reject, Reject)
    assert reject.reason == reason


def test_reasons_are_counted_without_their_details():
    assert Reject("a.jsonl", 1, "empty turn (turn 2)", "").kind == "empty turn"
    assert Reject("a.jsonl", 1, "missing 'output'", "").kind == "missing 'output'"
