import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.ingest import IngestOptions
from diversify.errors import ConfigError, DataError
from diversify.io.readers import read_records
from diversify.io.writers import check_output, write_examples
from diversify.records import COLUMNS, Record, prompt_text

TEXT_ENDINGS = [".jsonl", ".jsonl.gz", ".json.zst", ".parquet"]
CELL_ENDINGS = [".csv", ".tsv", ".csv.gz", ".tsv.zst"]
TURNS = '[{"role": "user", "content": "Bye"}, {"role": "assistant", "content": "So long"}]'


def record(instruction="Add.", response="5", input="", system="", more=""):
    return Record("s", "pool.jsonl", 3, instruction, response, input, system, more)


def table(*records):
    rows = [{name: getattr(record, name) for name in COLUMNS} for record in records]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read(path):
    items = list(read_records(path, "s", IngestOptions()))
    assert all(isinstance(item, Record) for item in items)
    return items


def texts(items):
    return [(item.system, item.instruction, item.input, item.response) for item in items]


# every character of Unicode but half surrogate pairs; what is blank cannot be trained on
odd = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["\r", "a\r\nb", "\ufeff", '"', '"a"\tb', "a\x00b", "\u2028", "\\n", "=1+1", " a ", "1"]
)
filled = odd.filter(lambda text: text.strip() != "")


@pytest.mark.parametrize("suffix", TEXT_ENDINGS + CELL_ENDINGS)
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(odd, filled, odd, filled), min_size=1, max_size=4))
def test_alpaca_files_give_back_what_was_written(tmp_path_factory, suffix, rows):
    path = tmp_path_factory.mktemp("alpaca") / f"a{suffix}"
    records = [record(i, r, input=n, system=s) for s, i, n, r in rows]
    write_examples(path, table(*records), "alpaca")
    assert texts(read(path)) == rows


@pytest.mark.parametrize("suffix", TEXT_ENDINGS + CELL_ENDINGS)
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(filled, odd, filled), min_size=1, max_size=4))
def test_prompts_and_completions_give_back_prompt_and_response(tmp_path_factory, suffix, rows):
    path = tmp_path_factory.mktemp("prompts") / f"a{suffix}"
    write_examples(path, table(*(record(i, r, n) for i, n, r in rows)), "prompt-completion")
    assert texts(read(path)) == [("", prompt_text(i, n), "", r) for i, n, r in rows]


@pytest.mark.parametrize("format", ["messages", "sharegpt"])
@pytest.mark.parametrize("suffix", TEXT_ENDINGS)
@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(odd, filled, odd, filled, st.sampled_from(["", TURNS]))))
def test_chats_give_back_every_turn(tmp_path_factory, suffix, format, rows):
    path = tmp_path_factory.mktemp("chats") / f"a{suffix}"
    records = [record(i, r, n, s, more) for s, i, n, r, more in rows]
    write_examples(path, table(*records), format)
    if not rows:
        with pytest.raises(DataError, match="holds no row"):
            read(path)
        return
    found = read(path)
    assert texts(found) == [(s, prompt_text(i, n), "", r) for s, i, n, r, _ in rows]
    assert [item.more for item in found] == [item.more for item in records]


ROW = record("Add.", "5", "2 3", "Be brief.", TURNS)
LAYOUTS = {
    "messages": {
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Add.\n\n2 3"},
            {"role": "assistant", "content": "5"},
            {"role": "user", "content": "Bye"},
            {"role": "assistant", "content": "So long"},
        ]
    },
    "sharegpt": {
        "conversations": [
            {"from": "system", "value": "Be brief."},
            {"from": "human", "value": "Add.\n\n2 3"},
            {"from": "gpt", "value": "5"},
            {"from": "human", "value": "Bye"},
            {"from": "gpt", "value": "So long"},
        ]
    },
}
SINGLE = {
    "alpaca": {"instruction": "Add.", "input": "2 3", "output": "5", "system": "Be brief."},
    "prompt-completion": {"prompt": "Be brief.\n\nAdd.\n\n2 3", "completion": "5"},
}


@pytest.mark.parametrize(("format", "example"), LAYOUTS.items())
def test_a_chat_is_laid_out_with_all_its_turns(tmp_path, format, example):
    write_examples(tmp_path / "a.jsonl", table(ROW), format)
    assert json.loads((tmp_path / "a.jsonl").read_text()) == example


@pytest.mark.parametrize(("format", "example"), SINGLE.items())
def test_a_single_exchange_is_laid_out_with_its_system_text(tmp_path, format, example):
    write_examples(tmp_path / "a.json", table(record("Add.", "5", "2 3", "Be brief.")), format)
    assert json.loads((tmp_path / "a.json").read_text()) == [example]


def test_alpaca_rows_have_no_system_field_when_none_is_needed(tmp_path):
    write_examples(tmp_path / "a.csv", table(record()), "alpaca")
    assert (tmp_path / "a.csv").read_text() == '"instruction","input","output"\n"Add.","","5"\n'


@pytest.mark.parametrize("format", ["alpaca", "prompt-completion"])
def test_a_chat_in_a_single_exchange_layout_is_an_error_and_leaves_nothing(tmp_path, format):
    with pytest.raises(DataError, match=r"^pool\.jsonl:3: .*use messages or sharegpt, not"):
        write_examples(tmp_path / "a.jsonl", table(record(more=TURNS)), format)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", TEXT_ENDINGS + CELL_ENDINGS)
def test_same_rows_same_bytes(tmp_path, suffix):
    for name in ("a", "b"):
        write_examples(tmp_path / f"{name}{suffix}", table(record(), record("x", "y")), "alpaca")
    first, second = sorted(tmp_path.iterdir())
    assert first.read_bytes() == second.read_bytes()


FAULTS = [
    ("a.txt", "alpaca", r"a\.txt: unknown ending; use \.jsonl, \.json, \.csv"),
    ("a", "alpaca", "unknown ending"),
    ("a.jsonl.bz2", "alpaca", "unknown ending"),
    ("a.parquet.gz", "alpaca", r"leave out \.gz"),
    ("a.csv", "messages", "cells cannot hold messages; use alpaca or prompt-completion"),
    ("a.tsv.gz", "sharegpt", "cells cannot hold sharegpt"),
]


@pytest.mark.parametrize(("name", "format", "message"), FAULTS)
def test_an_output_that_cannot_be_is_refused_beforehand(name, format, message):
    with pytest.raises(ConfigError, match=message):
        check_output(Path(name), format)


def test_a_row_stays_one_line_for_any_reader_of_lines(tmp_path):
    odd = "a\x85b\u2028c\u2029d\re\x0bf"
    write_examples(tmp_path / "mix.jsonl", table(record(odd, odd)), "messages")
    (line,) = (tmp_path / "mix.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["messages"][0]["content"] == odd
