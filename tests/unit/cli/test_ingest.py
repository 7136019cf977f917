"""`diversify ingest`: what it says, what it leaves, and what it refuses."""

import json

import pandas as pd
import pytest

ROWS = [
    {"question": f"What is {i} + {i}?", "answer": str(2 * i), "topic": "sums"} for i in range(9)
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_says_as_what_each_file_was_read(run, write, folder):
    write("sums.jsonl", [*ROWS, {"question": "Why?"}])
    code, out, err = run("ingest", "sums.jsonl", "--licences", "sums=mit,oops=mit",
                         "--most", "summs=5")  # fmt: skip
    assert (code, out) == (0, "9 of 10 rows in rows.parquet; 1 malformed, in rows.rejects.jsonl\n")
    said = err.splitlines()
    assert said[0].startswith("sums: 9 of 10 rows of sums.jsonl (JSONL, sha256:")
    assert said[0].endswith(", licence mit)")
    assert said[1:] == [
        "  layout       question/answer: question, answer",
        "  instruction  = question, 14 to 14 characters, median 14, 100% distinct: What is 0 + 0?",
        "  response     = answer, 1 to 2 characters, median 1, 100% distinct: 0",
        "  rows with    an input: 0, a system text: 0, several turns: 0",
        "  kept in meta topic",
        "  rejected     1 row: missing 'answer'",
        "sums.jsonl:10: missing 'answer'",
        "--licences: no source 'oops' here (there are sums)",
        "--most: no source 'summs' here (there are sums)",
    ]
    assert list(pd.read_parquet("rows.parquet")["licence"]) == ["mit"] * 9


def test_the_summary_holds_the_same_and_the_hashes(run, write, folder):
    write("sums.jsonl", ROWS)
    _, out, _ = run("ingest", "sums.jsonl", "--json")
    document = json.loads(out)
    [file] = document["files"]
    assert document["inputs"] == {"sums.jsonl": file["sha256"]}
    assert file["fields"] == {"instruction": "question", "response": "answer"}
    assert file["instruction"]["example"] == "What is 0 + 0?"
    assert file["revision"] == f"sha256:{file['sha256'][:16]}"


def test_the_schema_is_shown_and_nothing_is_written(run, write, folder):
    write("sums.jsonl", [*ROWS, {"question": "Why?"}])
    code, out, err = run("ingest", "*.jsonl", "--schema")
    assert (code, err) == (0, "")
    assert out.splitlines()[2].startswith("  instruction  = question, 14 to 14 characters")
    assert list(folder.iterdir()) == [folder / "sums.jsonl"]


def test_of_many_files_only_the_first_are_described(run, write, folder):
    for number in range(30):
        write(f"s{number}.jsonl", ROWS[:1])
    _, out, _ = run("ingest", "*.jsonl", "--schema")
    assert out.splitlines()[-1] == "and 10 more files, all in the summary"


def test_texts_cannot_steer_the_terminal(run, write, folder):
    write("sums.jsonl", [{"question": "\x1b[2J\u202eWhat?", "answer": "a\nb", "\x07": 1}])
    _, out, _ = run("ingest", "sums.jsonl", "--schema")
    assert all(line.isprintable() for line in out.splitlines())
    assert len(out.splitlines()) == 6


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["."], "diversify: .: is a folder; name its files, such as './*'"),
        (["none.jsonl"], "diversify: none.jsonl: No such file or directory"),
        (["*.csv"], "diversify: *.csv: no such file"),
        (
            ["sums.jsonl", "--out", "sums.jsonl"],
            "diversify: sums.jsonl: is one of the files to read",
        ),
        (["sums.jsonl", "--rejects", "sums.jsonl"], "diversify: sums.jsonl: is one of the files"),
        (["sums.jsonl", "--out", "."], "diversify: .: is a folder; name a file to write"),
        (["sums.jsonl", "--licences", "mit"], "diversify: --licences: "),
        (["sums.jsonl", "--longest-line", "9"], "diversify: --longest-line: "),
        (["hf:"], "diversify: hf:: expected hf:OWNER/NAME"),
        (["hf:me/sums"], "diversify: hf:me/sums: cannot be reached or read"),
        (["foo://x"], "diversify: foo://x: cannot be reached or read"),
        ([], "diversify: no file to read; name at least one"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(run, write, folder, words, line):
    write("sums.jsonl", ROWS)
    code, out, err = run("ingest", *words)
    assert (code, out) == (2, "")
    assert err.startswith(line)
    assert len(err.splitlines()) == 1
    assert list(folder.iterdir()) == [folder / "sums.jsonl"]
