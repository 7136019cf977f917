import pytest

from diversify.curation.reading.layouts import recognise

ROWS = [
    ({"instruction": "a", "input": "", "output": "b"}, "Alpaca: instruction, input, output"),
    ({"instruction": "a", "output": "b"}, "Alpaca: instruction, output"),
    (
        {"instruction": "a", "context": "c", "response": "b", "category": "open"},
        "instruction/response: instruction, context, response; kept in meta: category",
    ),
    ({"prompt": "a", "completion": "b"}, "prompt/completion: prompt, completion"),
    ({"Question": "a", "Answer": 1}, "question/answer: Question, Answer"),
    (
        {"system_prompt": "", "question": "a", "response": "b"},
        "question/response: system_prompt, question, response",
    ),
    (
        {"id": 1, "conversations": [{"from": "human", "value": "a"}]},
        "ShareGPT: conversations[from, value]; kept in meta: id",
    ),
    ({"messages": [{"role": "user", "content": "a"}]}, "messages: messages[role, content]"),
    (
        {"prompt": [{"role": "user", "content": "a"}], "completion": [{}]},
        "chats: prompt + completion",
    ),
    (
        {"instruction": "a", "instances": []},
        "Self-Instruct: instruction, instances[input, output]",
    ),
    ({"1": "a", "2": "b"}, "no header: instruction, response"),
]


@pytest.mark.parametrize(("row", "words"), ROWS)
def test_known_layouts_are_recognised_and_put_in_words(row, words):
    layout = recognise(row, {})
    assert layout is not None
    assert layout.words == words


def test_output_wins_over_response_and_the_summary_says_so():
    layout = recognise({"instruction": "a", "input": "", "response": "b", "output": "c"}, {})
    assert layout is not None
    assert layout.parts["response"] == "output"
    assert layout.words == "Alpaca: instruction, input, output; kept in meta: response"


def test_three_columns_without_header_are_flan_only_when_tab_separated():
    row = {"1": "question", "2": "answer", "3": "rationale"}
    assert recognise(row, {}) is None
    layout = recognise(row, {}, tab_separated=True)
    assert layout is not None
    assert layout.words == "FLAN, no header: question, answer, rationale"


def test_named_columns_win_over_a_known_layout():
    row = {"instruction": "a", "output": "b", "q": "c", "a": "d"}
    layout = recognise(row, {"instruction": "q", "response": "a"})
    assert layout is not None
    assert layout.parts == {"instruction": "q", "response": "a"}
    assert layout.words == (
        "named columns: instruction = q, response = a; kept in meta: instruction, output"
    )


def test_a_file_without_any_named_column_keeps_its_own_layout():
    layout = recognise({"instruction": "a", "output": "b"}, {"instruction": "q", "response": "a"})
    assert layout is not None
    assert layout.words == "Alpaca: instruction, output"


def test_half_of_the_named_columns_is_no_layout():
    row = {"instruction": "a", "output": "b"}
    assert recognise(row, {"instruction": "instruction", "response": "outptu"}) is None


@pytest.mark.parametrize("row", [{}, {"text": "a"}, {"prompt": "a"}, {"messages": "a"}])
def test_anything_else_is_not_guessed(row):
    assert recognise(row, {}) is None
