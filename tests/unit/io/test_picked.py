import json

import pandas as pd
import pytest

from diversify.errors import DataError
from diversify.io.manifest import VERSION
from diversify.io.picked import rows_of_manifest, rows_of_table
from diversify.io.tables import write_table
from diversify.records import COLUMNS, Record


def rows(*instructions: str, folder: str = "") -> pd.DataFrame:
    records = [
        Record(source="a", file=f"{folder}a.jsonl", line=line, instruction=text, response="yes")
        for line, text in enumerate(instructions, start=1)
    ]
    return pd.DataFrame([[getattr(one, name) for name in COLUMNS] for one in records],
                        columns=COLUMNS)  # fmt: skip


def manifest(path, table):
    named = table[["id", "source", "file", "line"]].to_dict(orient="records")
    path.write_text(json.dumps({"manifest": VERSION, "rows": named}))
    return path


def test_the_rows_of_a_mix_are_found_whatever_their_order(tmp_path):
    pool = rows("one", "two", "three", "four")
    path = manifest(tmp_path / "m.json", pool.iloc[[3, 1]])
    assert rows_of_manifest(pool, path).tolist() == [1, 3]


def test_a_row_that_the_mix_repeats_is_given_once(tmp_path):
    pool = rows("one", "two")
    assert rows_of_manifest(pool, manifest(tmp_path / "m.json", pool.iloc[[1, 1]])).tolist() == [1]


def test_of_two_rows_of_the_same_content_the_place_decides(tmp_path):
    pool = rows("same", "same", "other")
    assert rows_of_manifest(pool, manifest(tmp_path / "m.json", pool.iloc[[1]])).tolist() == [1]


def test_where_files_lie_elsewhere_now_the_content_decides(tmp_path):
    there = rows("same", "same", "other", folder="there/")
    here = rows("other", "same", "same", "more")
    path = manifest(tmp_path / "m.json", there.iloc[[0, 1]])
    assert rows_of_manifest(here, path).tolist() == [1, 2]


def test_a_table_of_some_rows_will_do(tmp_path):
    pool = rows("one", "two", "three")
    write_table(tmp_path / "some.parquet", pool.iloc[[2, 0]])
    assert rows_of_table(pool, tmp_path / "some.parquet").tolist() == [0, 2]


def test_a_row_from_elsewhere_is_a_fault_in_one_line(tmp_path):
    path = manifest(tmp_path / "m.json", rows("one", "two", "stranger"))
    with pytest.raises(DataError, match=r"m\.json: 1 of 3 rows are not in the table, first a\.jso"):
        rows_of_manifest(rows("one", "two"), path)


def test_a_file_that_is_no_manifest_is_refused(tmp_path):
    (tmp_path / "m.json").write_text('{"rows": []}')
    with pytest.raises(DataError, match="manifest"):
        rows_of_manifest(rows("one"), tmp_path / "m.json")
