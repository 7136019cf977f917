import json

import pandas as pd
import pytest

from diversify.errors import DataError
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
