import json
from pathlib import Path

import pytest

from diversify.config.ingest import IngestOptions
from diversify.curation.reading.profile import TextProfile
from diversify.errors import ConfigError, DataError
from diversify.io.documents import file_hash
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
            "revision": f"sha256:{file_hash(maths)[:16]}",
            "licence": "",
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
    for name in ("BATCH_ROWS", "BATCH_CHARACTERS"):
        monkeypatch.setattr(f"diversify.io.ingest.{name}", 2)
        ingest_files([("m", maths)], out, None, IngestOptions())
        assert read_rows(out).equals(whole)


def test_licence_and_revision_are_what_the_user_says_of_a_source(write, out):
    options = IngestOptions(licences={"m": "mit"}, revisions={"m": "v1.2"})
    sources = [("m", write("a.jsonl", GOOD)), ("n", write("b.jsonl", GOOD))]
    summary = ingest_files(sources, out, None, options)
    table = read_rows(out)
    assert list(table["licence"]) == ["mit", ""]
    assert list(table["revision"]) == ["v1.2", f"sha256:{file_hash(sources[1][1])[:16]}"]
    assert [(file.revision, file.licence) for file in summary.files] == list(
        zip(table["revision"], table["licence"], strict=True)
    )


def test_tables_of_an_earlier_version_are_read_without_licence_and_revision(write, out):
    ingest_files([("m", write("a.jsonl", GOOD))], out, None, IngestOptions())
    table = read_rows(out)
    table.drop(columns=["revision", "licence"]).to_parquet(out)
    assert read_rows(out).equals(table.assign(revision="", licence=""))


def test_a_summary_says_what_was_read_as_what(write, out):
    rows = ["id,q,context,a"] + [f"{i},Question {i}?,{'c' * (i % 2)},{'no' * i}" for i in range(5)]
    maths = write("maths.csv", "\n".join(rows))
    options = IngestOptions(columns={"instruction": "q", "response": "a", "input": "context"})
    [file] = ingest_files([("m", maths)], out, None, options).files
    assert file.fields == {"instruction": "q", "response": "a", "input": "context"}
    assert (file.in_meta, file.sha256) == (("id",), file_hash(maths))
    assert (file.with_input, file.with_system, file.several_turns) == (2, 0, 0)
    assert file.rejected == {"empty 'a'": 1}
    assert file.instruction == TextProfile(11, 11, 11, 1.0, "Question 1?")
    assert file.response == TextProfile(2, 4, 8, 1.0, "no")


def test_labels_read_as_answers_show_by_their_few_values(write, out):
    rows = [{"instruction": f"Classify {i}", "output": "yes"} for i in range(50)]
    labels = write("a.json", json.dumps(rows))
    [file] = ingest_files([("m", labels)], out, None, IngestOptions()).files
    assert (file.response.distinct, file.instruction.distinct) == (0.02, 1.0)


def test_rejects_are_listed_up_to_a_number_and_counted_beyond(write, out, rejects):
    maths = write("maths.jsonl", GOOD + BAD * 9)
    summary = ingest_files([("m", maths)], out, rejects, IngestOptions(listed_rejects=4))
    assert summary.rejected == 9
    assert [json.loads(line)["line"] for line in rejects.open()] == [2, 3, 4, 5]


def test_a_reject_is_cut_off_and_stays_on_one_line(write, out, rejects):
    name = "\x1b[2J\u2028" * 500
    maths = write("maths.jsonl", GOOD + json.dumps({name: "x" * 5000, "instruction": "a"}) + "\n")
    ingest_files([("m", maths)], out, rejects, IngestOptions())
    [line] = rejects.read_text(encoding="utf-8").splitlines()
    assert len(json.loads(line)["text"]) == 1000
    with pytest.raises(DataError) as caught:
        ingest_files([("m", write("b.jsonl", json.dumps({name: "x"})))], out, None, IngestOptions())
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500 + len(str(maths))


def test_without_a_table_to_write_nothing_is_written(write, tmp_path):
    maths = write("maths.jsonl", GOOD + BAD)
    summary = ingest_files([("m", maths)], None, tmp_path / "rejects.jsonl", IngestOptions())
    assert (summary.kept, summary.rejected) == (1, 1)
    assert list(tmp_path.iterdir()) == [maths]


def test_results_never_take_the_place_of_what_is_read_or_of_a_folder(write, tmp_path, out):
    maths = write("maths.jsonl", GOOD)
    (tmp_path / "link").symlink_to(maths)
    for wrong in (maths, tmp_path / "link", tmp_path):
        for pair in ((wrong, None), (out, wrong)):
            with pytest.raises(ConfigError, match="is one of the files to read|is a folder"):
                ingest_files([("m", maths)], *pair, IngestOptions())
    with pytest.raises(ConfigError, match="cannot go to one file"):
        ingest_files([("m", maths)], out, out, IngestOptions())
    assert maths.read_text() == GOOD


def test_a_result_that_cannot_be_written_is_one_line(write, tmp_path):
    maths = write("maths.jsonl", GOOD)
    with pytest.raises(DataError, match=r"maths\.jsonl.*: (Not a directory|File exists)"):
        ingest_files([("m", maths)], maths / "rows.parquet", None, IngestOptions())
