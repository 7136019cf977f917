import json
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def rows(run, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    texts = ["sort a list", "tell a joke", "sort a list", "draw a bear"]
    write("rows.jsonl", [{"instruction": text, "output": f"{i}"} for i, text in enumerate(texts)])
    assert run("ingest", "rows.jsonl", "--out", "rows.parquet")[0] == 0


def test_rows_become_vectors_and_the_summary_says_how(run, rows):
    code, out, err = run(
        "embed", "rows.parquet", "--backend", "lsa", "--dimensions", 2, "--truncate", 2,
        "--tests", "rows.parquet", "--tests-out", "tests.npy", "--summary", "s.json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out == "4 rows (3 distinct texts, 3 new) in embeddings.npy\n"
    vectors = np.load("embeddings.npy")
    assert (vectors.dtype, vectors.shape) == (np.float16, (4, 2))
    assert (vectors == np.load("tests.npy")).all()
    summary = json.loads(Path("s.json").read_text())
    assert (summary["rows_in"], summary["rows_out"], summary["dimensions"]) == (4, 4, 2)
    assert summary["options"]["truncate"] == 2


def test_whole_rows_differ_by_their_answers(run, rows):
    code, out, _ = run("embed", "rows.parquet", "--backend", "lsa", "--field", "whole")
    assert code == 0
    assert "4 distinct texts" in out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--model", "a/b", "--trust-remote-code", "yes"], "repeat the name of the model"),
        (["--model", "nobody/nothing"], "cannot load the embedding model 'nobody/nothing'"),
        (["--backend", "lsa", "--truncate", 500], "truncate 500: lsa gave"),
        (["--field", "answer"], "--field"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(run, rows, words, line):
    code, out, err = run("embed", "rows.parquet", *words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1
