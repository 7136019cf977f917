import gzip
import json
import os
import pickle

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import Reject
from diversify.errors import DataError
from diversify.io.readers import read_records
from diversify.io.vectors import read_array

ROWS = [
    {"instruction": "Add.", "input": "2 3", "output": "5"},
    {"instruction": 'Say "hi",\tplease', "input": "", "output": "two\nlines"},
]


def read(path, **columns):
    return list(read_records(path, "test", IngestOptions(columns=columns)))


def write(path, text):
    path.write_bytes(text.encode())
    return path


def texts(items):
    return [(item.line, item.instruction, item.input, item.response) for item in items]


def reasons(items):
    return [str(item).split("/")[-1] for item in items if isinstance(item, Reject)]


EXPECTED = [(1, "Add.", "2 3", "5"), (2, 'Say "hi",\tplease', "", "two\nlines")]


def test_json_lines_are_read_by_line(tmp_path):
    text = "\n".join(json.dumps(row) for row in ROWS)
    assert texts(read(write(tmp_path / "a.jsonl", text))) == EXPECTED


def test_blank_lines_are_no_rows_but_count_as_lines(tmp_path):
    path = write(tmp_path / "a.jsonl", f"\n{json.dumps(ROWS[0])}\r\n\n{json.dumps(ROWS[1])}\n")
    assert [item.line for item in read(path)] == [2, 4]


def test_a_json_array_is_read_by_row(tmp_path):
    path = tmp_path / "a.json"
    for document in (ROWS, {"version": 1, "data": ROWS}):
        assert texts(read(write(path, json.dumps(document, indent=1)))) == EXPECTED


def test_json_lines_under_a_json_ending_are_seen(tmp_path):
    text = "\n".join(json.dumps(row) for row in ROWS)
    stream = read_records(write(tmp_path / "a.json", text), "test", IngestOptions())
    assert stream.format == "JSONL"
    assert texts(stream) == EXPECTED


def test_one_object_that_is_a_row_is_a_file_of_one_row(tmp_path):
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    [record] = read(write(tmp_path / "a.json", json.dumps({"messages": turns})))
    assert (record.instruction, record.response) == ("Hi", "Hello")


def test_parquet_is_read_by_row(tmp_path):
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "a.parquet")
    assert texts(read(tmp_path / "a.parquet")) == EXPECTED


def test_a_csv_row_is_named_by_the_line_it_begins_on(tmp_path):
    text = 'instruction,input,output\n"Add",,"two\nlines"\n"Say ""hi""",x,y\n'
    assert texts(read(write(tmp_path / "a.csv", text))) == [
        (2, "Add", "", "two\nlines"),
        (4, 'Say "hi"', "x", "y"),
    ]


def test_two_columns_without_header_are_instruction_and_response(tmp_path):
    assert texts(read(write(tmp_path / "a.csv", "Add 2 3,5\n"))) == [(1, "Add 2 3", "", "5")]


def test_an_answer_that_is_called_answer_makes_no_header(tmp_path):
    path = write(tmp_path / "a.csv", "What replies to a question?,answer\nAdd 2 3,5\n")
    assert [item.response for item in read(path)] == ["answer", "5"]


def test_an_index_column_without_a_name_goes_to_meta(tmp_path):
    [record] = read(write(tmp_path / "a.csv", ",instruction,output\n0,Add 2 3,5\n"))
    assert (record.instruction, record.response, record.meta) == ("Add 2 3", "5", '{"": "0"}')


def test_columns_may_be_named_by_header_or_number(tmp_path):
    path = write(tmp_path / "a.csv", "q,x,a\nAdd,y,5\n")
    assert texts(read(path, instruction="q", response="a")) == [(2, "Add", "", "5")]
    path = write(tmp_path / "b.csv", "Add,y,5\n")
    assert texts(read(path, instruction="1", response="3")) == [(1, "Add", "", "5")]


def test_quotes_in_an_unquoted_tsv_are_characters(tmp_path):
    text = '"Marlboro sells."\\nTrue?\tyes\tThey do.\n"A" and\tno\t"B\n'
    assert texts(read(write(tmp_path / "a.tsv", text))) == [
        (1, '"Marlboro sells."\nTrue?', "", "They do.\nThe answer is yes"),
        (2, '"A" and', "", '"B\nThe answer is no'),
    ]


def test_a_quoted_tsv_is_unquoted(tmp_path):
    text = 'instruction\toutput\nAdd\t"two\nlines"\n"Say ""hi"""\thi\n'
    assert texts(read(write(tmp_path / "a.tsv", text))) == [
        (2, "Add", "", "two\nlines"),
        (4, 'Say "hi"', "", "hi"),
    ]


def test_a_quoted_tsv_is_seen_when_its_head_ends_within_a_cell(tmp_path):
    long = "\n".join(["line"] * 999)
    text = f'instruction\toutput\n"Say"\tx\nAdd\t"{long}"\nBye\t"{long}"\n'
    assert [item.line for item in read(write(tmp_path / "a.tsv", text))] == [2, 3, 1002]


def test_a_stray_quote_swallows_no_rows_of_a_long_unquoted_tsv(tmp_path):
    lines = [f"What is {number}?\tanswer\n" for number in range(2000)]
    lines[10] = '"Say\thi\n'
    items = read(write(tmp_path / "a.tsv", "".join(lines)))
    assert len(items) == 2000
    assert items[10].instruction == '"Say'


def test_a_file_of_no_known_ending_is_known_by_its_first_bytes(tmp_path):
    lines = "\n".join(json.dumps(row) for row in ROWS)
    for text in (lines, json.dumps(ROWS)):
        assert texts(read(write(tmp_path / "pool.data", text))) == EXPECTED
    (tmp_path / "pool.data.gz").write_bytes(gzip.compress(lines.encode()))
    assert texts(read(tmp_path / "pool.data.gz")) == EXPECTED
    pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "table")
    assert texts(read(tmp_path / "table")) == EXPECTED
    with pytest.raises(DataError, match=r"unknown format; expected \.jsonl"):
        read(write(tmp_path / "pool.data", "just some words"))


def test_malformed_lines_are_named(tmp_path):
    lines = ["{oops", '["a"]', json.dumps(ROWS[0]), '{"instruction": "Add."}']
    assert reasons(read(write(tmp_path / "a.jsonl", "\n".join(lines)))) == [
        "a.jsonl:1: not JSON (Expecting property name enclosed in double quotes:"
        " line 1 column 2 (char 1))",
        "a.jsonl:2: not an object",
        "a.jsonl:4: missing 'output'",
    ]


def test_the_first_recognised_row_decides_for_the_file(tmp_path):
    rows = [{"text": "x"}, ROWS[0], {"question": "a", "answer": "b"}]
    items = read(write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert reasons(items) == [
        "a.jsonl:1: unknown layout (fields: text;"
        " name them with --columns instruction=..,response=..)",
        "a.jsonl:3: missing 'instruction'",
    ]


def test_an_open_quote_costs_rows_but_never_silently(tmp_path):
    text = 'instruction,output\nAdd,"5\nSay,hi\n'
    items = read_records(write(tmp_path / "a.csv", text), "test", IngestOptions())
    with pytest.raises(DataError, match=r"a\.csv:2: broken quotes \(unexpected end of data\)"):
        list(items)
    items = read(write(tmp_path / "b.csv", 'instruction,output\nSay,hi\n"Add" 2,5\nBye,bye\n'))
    assert [item.line for item in items] == [2, 3, 4]
    assert reasons(items) == ["b.csv:3: broken quotes (',' expected after '\"')"]


def test_a_row_with_more_cells_than_the_header_is_rejected(tmp_path):
    items = read(write(tmp_path / "a.csv", "instruction,output\nAdd,2,5\nSay,hi\n"))
    assert reasons(items) == ["a.csv:2: wrong number of cells (3 instead of 2)"]


FAULTS = [
    ("a.jsonl", "", "holds no row"),
    ("a.json", "", "holds no row"),
    ("a.json", "[]", "holds no row"),
    ("a.csv", "instruction,output\n", "holds no row"),
    ("a.json", "[{]", r"not JSON \(Expecting .* line 1 column 3"),
    ("a.json", '{"a": 1}', "expected a JSON array of objects"),
    ("a.jsonl", '{"text": "b"}', r"a.jsonl:1: unknown layout \(fields: text; name them with"),
    ("a.jsonl", "oops", "a.jsonl:1: not JSON .*; no row of this file can be read"),
    ("a.csv", "id,text,score\n1,a,2\n", r"unknown layout \(fields: id, text, score"),
    ("a.csv", "output,output\n1,a\n", "the header names 'output' twice"),
    ("a.parquet", "PAR1 not", "not a Parquet table"),
    ("a.parquet.gz", "x", "Parquet is compressed inside"),
]


@pytest.mark.parametrize(("name", "text", "message"), FAULTS)
def test_a_file_that_cannot_be_read_is_an_error_in_one_line(tmp_path, name, text, message):
    with pytest.raises(DataError, match=message) as caught:
        read(write(tmp_path / name, text))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named_whatever_its_ending(tmp_path):
    for name in ("a.jsonl", "a.json", "a.parquet", "a.csv.gz", "a"):
        with pytest.raises(DataError, match=f"{name}: No such file"):
            read(tmp_path / name)


ODD_ROWS = [
    ('{"instruction": "a", "output": 1' + "0" * 400 + "}", None),
    ('{"instruction": "a", "output": NaN}', "missing 'output'"),
    ('{"instruction": "a", "output": -Infinity}', "missing 'output'"),
    ('{"instruction": "a", "output": 1e999}', "missing 'output'"),
    ('{"instruction": "a", "output": ' + "9" * 5000 + "}", "not JSON (Exceeds the limit"),
    ('{"instruction": "a", "output": "b", "output": "c"}', "not JSON (key 'output' stands there"),
    ('{"instruction": "a", "output": "b", "x": {"y": 1, "y": 2}}', "not JSON (key 'y' stands"),
    ('{"instruction": "a", "output": "\\ud83d"}', "lone surrogate in the response"),
    ('{"instruction": "a", "output": "b", "\\ud83d": 1}', "lone surrogate in the meta"),
    ('{"instruction": "a", "output": "b\0"}', "not JSON (Invalid control character"),
    ('{"instruction": "a", "output": "b\\u0000"}', None),
    (
        '{"instruction": "a", "output": "b", "x": ' + "[" * 99999 + "]" * 99999 + "}",
        "not JSON (max",
    ),
    ('{"instruction": "a", "output": "b", "x": [NaN, {"y": [Infinity]}]}', None),
    ("null", "not an object"),
    ("\x1b[2J", "not JSON"),
]


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
@pytest.mark.parametrize(("row", "reason"), ODD_ROWS)
def test_an_odd_row_costs_itself_at_most(tmp_path, name, row, reason):
    good = json.dumps(ROWS[0])
    if name == "a.json" and ("\0" in row or "\x1b" in row):
        return  # what is no JSON at all ends a whole document
    rows = [good, row, good]
    text = "\n".join(rows) if name == "a.jsonl" else f"[{', '.join(rows)}]"
    items = read(write(tmp_path / name, text))
    assert len(items) == 3
    assert [isinstance(item, Reject) for item in items] == [False, reason is not None, False]
    if reason:
        assert items[1].reason.startswith(reason)


def test_numbers_that_json_lacks_are_spelled_out_in_meta(tmp_path):
    text = '{"instruction": "a", "output": "b", "x": [NaN, {"y": [-Infinity, 1.5]}]}'
    [record] = read(write(tmp_path / "a.jsonl", text))
    assert record.meta == '{"x": ["nan", {"y": ["-inf", 1.5]}]}'


def test_rows_of_any_text_format_have_a_longest_length(tmp_path):
    rows = [{"instruction": "a", "output": "b" * size} for size in (5, 5000, 7)]
    table = "\n".join(["instruction,output", *(f'a,"{row["output"]}\n"' for row in rows)])
    texts = {
        "a.jsonl": "\n".join(map(json.dumps, rows)),
        "a.json": json.dumps(rows),
        "b.json": json.dumps({"data": rows, "n": [1]}),
        "a.csv": table,
        "a.tsv": table.replace(",", "\t"),
    }
    for name, text in texts.items():
        options = IngestOptions(longest_line=1000)
        good, bad, last = read_records(write(tmp_path / name, text), "s", options)
        assert bad.reason == "too long (more than 1000 characters)"
        assert (len(good.response.strip()), len(last.response.strip())) == (5, 7)
        assert len(bad.text) == 1000
        if name[-3:] in ("csv", "tsv"):
            assert (good.line, bad.line, last.line) == (2, 4, 6)


def test_a_document_that_is_a_row_may_be_as_long_as_a_row_and_no_longer(tmp_path):
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b" * 2000}]
    path = write(tmp_path / "a.json", json.dumps({"messages": turns}))
    [record] = read(path)
    assert record.response == "b" * 2000
    with pytest.raises(DataError, match="unknown layout"):
        list(read_records(path, "s", IngestOptions(longest_line=1000)))


@pytest.mark.parametrize("pad", [0, 70_000])
def test_an_object_with_a_row_on_each_line_is_no_file_of_lines(tmp_path, pad):
    rows = [row | {"note": "x" * pad} for row in ROWS]
    text = '{"n": 3, "data": [' + ",\n".join(map(json.dumps, rows)) + "]}"
    assert [item[1:] for item in texts(read(write(tmp_path / "a.json", text)))] == [
        item[1:] for item in EXPECTED
    ]
    lines = "\n".join(map(json.dumps, rows))
    assert texts(read(write(tmp_path / "b.json", lines))) == EXPECTED


def test_of_two_arrays_under_one_name_none_is_taken(tmp_path):
    rows = json.dumps(ROWS)
    with pytest.raises(DataError, match="key 'data' stands there twice"):
        read(write(tmp_path / "a.json", f'{{"data": {rows}, "data": {rows}}}'))
    with pytest.raises(DataError, match="expected a JSON array"):
        read(write(tmp_path / "a.json", f'{{"a": {rows}, "b": {rows}}}'))


def test_a_header_that_cannot_be_read_is_no_row(tmp_path):
    with pytest.raises(DataError, match=r"a\.csv:1: broken quotes .*may be the header"):
        read(write(tmp_path / "a.csv", '"instruction"x,output\na,b\n'))


def test_ten_thousand_columns_are_read_and_only_some_are_listed(tmp_path):
    names = ["instruction", "output", *(f"c{number}" for number in range(10_000))]
    cells = ["a", "b", *map(str, range(10_000))]
    path = write(tmp_path / "a.csv", ",".join(names) + "\n" + ",".join(cells) + "\n")
    stream = read_records(path, "s", IngestOptions())
    [record] = stream
    assert json.loads(record.meta)["c9999"] == "9999"
    assert stream.layout.words.endswith("c10, c11 and 9988 more")


def test_parquet_rows_that_python_cannot_hold_are_rejected_one_by_one(tmp_path):
    half = pa.array([b"ok", b"\xff\xfe", b"ok"]).cast(pa.string(), safe=False)
    years = pa.array([0, 0, 2**62], pa.timestamp("ms"))
    table = pa.table({"instruction": ["a"] * 3, "output": half, "when": years})
    pq.write_table(table, tmp_path / "a.parquet")
    items = read(tmp_path / "a.parquet")
    assert [isinstance(item, Reject) for item in items] == [False, True, True]
    assert all(item.reason.startswith("cannot be held (") for item in items[1:])


def test_a_parquet_column_that_is_named_twice_is_an_error(tmp_path):
    table = pa.table([["a"], ["b"], ["c"]], names=["instruction", "output", "output"])
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(DataError, match="names column 'output' twice"):
        read(tmp_path / "a.parquet")


class Trap:
    def __reduce__(self):
        return exec, ("import os; os.environ['DIVERSIFY_WAS_TRAPPED'] = '1'",)


def test_no_pickle_is_ever_opened(tmp_path):
    np.save(tmp_path / "a.npy", np.array([Trap()], dtype=object), allow_pickle=True)
    (tmp_path / "a.pkl").write_bytes(pickle.dumps([Trap()]))
    for name in ("a.npy", "a.pkl"):
        with pytest.raises(DataError, match="looks like a"):
            read(tmp_path / name)
    with pytest.raises(DataError, match="not an array of diversify"):
        read_array(tmp_path / "a.npy", 1)
    assert "DIVERSIFY_WAS_TRAPPED" not in os.environ
