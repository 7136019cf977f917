import json
from pathlib import Path

import pytest

from diversify.config.ingest import IngestOptions
from diversify.errors import DataError
from diversify.io.ingest import ingest_files
from diversify.io.tables import read_rows
from diversify.records import COLUMNS

GOOD = '{"instruction": "Add 2 and 3.", "output": "5"}\n'
BAD = '{"instruction": "Add 2 and 3."}\n'


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out" / "rows.parquet"


@pytest.fixture
def rejects(tmp_path):
    return tmp_path / "out" / "rejects.jsonl"


@pytest.fixture
def write(tmp_path):
    def write_text(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_text


def test_records_and_rejects_add_up_to_the_rows(write, out, rejects):
    maths = write("maths.jsonl", GOOD + BAD + GOOD + "oops\n[]\n" + BAD)
    chat = write("chat.csv", "question,answer\nHi,Hello\nBye,\n")
    summary = ingest_files([("m", maths), ("c", chat)], out, rejects, IngestOptions())
    assert (summary.rows, summary.kept, summary.rejected) == (8, 3, 5)
    first, second = summary.files
    assert (first.source, first.format, first.rows, first.kept) == ("m", "JSONL", 6, 2)
    assert first.rejected == {"missing 'output'": 2, "not JSON": 1, "not an object": 1}
    assert first.layout == "Alpaca: instruction, output"
    assert second.rejected == {"empty 'answer'": 1}
    for file in summary.files:
        assert file.rows == file.kept + sum(file.rejected.values())


def test_the_row_table_holds_each_record_with_its_hash(write, out):
    maths = write("maths.jsonl", GOOD)
    ingest_files([("m", maths)], out, None, IngestOptions())
    table = read_rows(out)
    assert tuple(table.columns) == COLUMNS
    assert table.to_dict("records") == [
        {
            "id": "d368393f9514dff702f1dbe66f3b28cd",
            "source": "m",
            "file": str(maths),
            "line": 1,
            "instruction": "Add 2 and 3.",
            "response": "5",
            "input": "",
            "system": "",
            "more": "",
            "meta": "",
        }
    ]


def test_rejects_name_file_line_and_reason_and_show_the_row(write, out, rejects):
    long = json.dumps({"instruction": "x" * 5000})
    maths = write("maths.jsonl", GOOD + long)
    ingest_files([("m", maths)], out, rejects, IngestOptions())
    [reject] = map(json.loads, rejects.read_text().splitlines())
    assert reject == {
        "file": str(maths),
        "line": 2,
        "reason": "missing 'output'",
        "text": long[:1000],
    }


def test_a_rejects_file_is_there_only_when_a_row_was_rejected(write, out, rejects):
    ingest_files([("m", write("a.jsonl", GOOD + BAD))], out, rejects, IngestOptions())
    assert rejects.exists()
    ingest_files([("m", write("a.jsonl", GOOD))], out, rejects, IngestOptions())
    assert not rejects.exists()


def test_strict_stops_at_the_first_malformed_row_and_leaves_nothing(write, out, rejects):
    maths = write("maths.jsonl", GOOD + BAD)
    with pytest.raises(DataError, match=r"maths\.jsonl:2: missing 'output'$"):
        ingest_files([("m", maths)], out, rejects, IngestOptions(strict=True))
    assert list(out.parent.iterdir()) == []


def test_a_failure_leaves_the_earlier_table_as_it_was(write, out, rejects):
    good = write("good.jsonl", GOOD)
    ingest_files([("m", good)], out, rejects, IngestOptions())
    before = out.read_bytes()
    with pytest.raises(DataError, match="holds no row"):
        ingest_files([("m", good), ("e", write("e.jsonl", ""))], out, rejects, IngestOptions())
    assert out.read_bytes() == before
    assert list(out.parent.iterdir()) == [out]


def test_no_row_left_is_an_error_that_names_the_first_reason(write, out, rejects):
    maths = write("maths.jsonl", '{"instruction": "", "output": "5"}\n' + BAD)
    with pytest.raises(DataError, match=r"none of 2 rows .*maths\.jsonl:1: empty 'instruction'$"):
        ingest_files([("m", maths)], out, rejects, IngestOptions())
    with pytest.raises(DataError, match="no file to read"):
        ingest_files([], out, rejects, IngestOptions())


def test_same_files_same_bytes_in_any_batch_size(write, out, monkeypatch):
    maths = write("maths.jsonl", GOOD * 5)
    ingest_files([("m", maths)], out, None, IngestOptions())
    whole = read_rows(out)
    first = out.read_bytes()
    ingest_files([("m", maths)], out, None, IngestOptions())
    assert out.read_bytes() == first
    monkeypatch.setattr("diversify.io.ingest.BATCH_ROWS", 2)
    ingest_files([("m", maths)], out, None, IngestOptions())
    assert read_rows(out).equals(whole)
