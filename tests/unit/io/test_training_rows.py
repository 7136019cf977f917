import json

import pandas as pd
import pytest

from diversify.errors import DataError
from diversify.io.documents import file_hash
from diversify.io.manifest import ROW_FIELDS, write_manifest
from diversify.io.training_rows import read_training_rows

ROW = {"instruction": "Add 2 and 3.", "output": "5"}


def test_rows_to_train_on_come_from_a_table_or_from_any_file(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW))
    pd.DataFrame([{"instruction": "Add.", "input": "", "response": "5"}]).to_parquet(
        tmp_path / "a.parquet"
    )
    assert list(read_training_rows(tmp_path / "a.jsonl")["instruction"]) == ["Add 2 and 3."]
    assert list(read_training_rows(tmp_path / "a.parquet")["response"]) == ["5"]


def test_a_malformed_row_is_an_error_because_nothing_may_be_left_out(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(ROW) + "\n{}\n")
    with pytest.raises(DataError, match=r"a\.jsonl:2: missing 'instruction'; train on rows that"):
        read_training_rows(tmp_path / "a.jsonl")


@pytest.mark.parametrize("name", ["a.parquet", "b.parquet", "c.parquet"])
def test_a_file_that_is_no_table_is_one_line(tmp_path, name):
    (tmp_path / "a.parquet").write_text("no table")
    (tmp_path / "b.parquet").mkdir()
    with pytest.raises(DataError, match=f"{name}: ") as caught:
        read_training_rows(tmp_path / name)
    assert len(str(caught.value).splitlines()) == 1


def test_a_chat_keeps_its_later_turns_and_its_place_in_the_file(tmp_path):
    turns = [("system", "Be brief."), ("user", "Hi"), ("assistant", "Hello"), ("user", "Bye")]
    messages = [{"role": role, "content": text} for role, text in (*turns, ("assistant", "Ciao"))]
    halves = {"prompt": messages[:2], "completion": messages[2:3]}
    lines = [json.dumps({"messages": messages}), json.dumps(halves)]
    (tmp_path / "a.jsonl").write_text(lines[0])
    (tmp_path / "b.jsonl").write_text(lines[1])
    chat = read_training_rows(tmp_path / "a.jsonl").iloc[0]
    assert (chat["system"], chat["instruction"], chat["response"]) == ("Be brief.", "Hi", "Hello")
    assert json.loads(chat["more"]) == messages[3:]
    assert (chat["file"], chat["line"]) == (str(tmp_path / "a.jsonl"), 1)
    pair = read_training_rows(tmp_path / "b.jsonl").iloc[0]
    assert (pair["system"], pair["instruction"], pair["response"]) == ("Be brief.", "Hi", "Hello")


def test_a_null_is_an_empty_text_where_a_text_may_be_empty(tmp_path):
    rows = [
        {"instruction": "Add.", "input": None, "response": "5", "more": None},
        {"instruction": "Add.", "input": "2", "response": None, "more": ""},
    ]
    pd.DataFrame(rows[:1]).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame(rows).to_parquet(tmp_path / "b.parquet")
    row = read_training_rows(tmp_path / "a.parquet").iloc[0]
    assert (row["input"], row["more"]) == ("", "")
    with pytest.raises(DataError, match=r"b\.parquet: row 2 has no 'response'"):
        read_training_rows(tmp_path / "b.parquet")


def test_a_mix_that_is_not_what_its_manifest_tells_of_is_not_trained_on(tmp_path):
    mix, manifest = tmp_path / "mix.jsonl", tmp_path / "mix.manifest.json"
    mix.write_text('{"instruction": "Add 2 and 3.", "output": "5"}\n')
    noted = {"name": "mix.jsonl", "sha256": file_hash(mix)}
    write_manifest(manifest, {"file": noted}, pd.DataFrame(columns=ROW_FIELDS))
    assert len(read_training_rows(mix)) == 1
    mix.write_text(mix.read_text().replace('"5"', '"6"'))
    with pytest.raises(DataError, match=r"mix\.jsonl: not the bytes that its manifest tells of"):
        read_training_rows(mix)
    manifest.unlink()
    assert len(read_training_rows(mix)) == 1
