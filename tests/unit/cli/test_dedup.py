import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from diversify.curation.order import PLACE

POEM = "Write a short poem about the sea and the sky at night in the month of"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def rows(run, write, folder):
    """A table of two sources: a repeated question, a near pair, and a row of its own."""
    code = [
        {"instruction": "Add 1 and 2", "output": "3", "quality": 1},
        {"instruction": f"{POEM} May", "output": "Waves", "quality": 2},
    ]
    chat = [
        {"instruction": " Add 1 and 2", "output": "It is three.", "quality": "9.5"},
        {"instruction": f"{POEM} June", "output": "Waves and stars", "quality": 0},
        {"instruction": "Sort the list", "output": "done", "quality": 3},
    ]
    write("code.jsonl", code)
    write("chat.jsonl", chat)
    assert run("ingest", "code.jsonl", "chat.jsonl", "--out", "rows.parquet")[0] == 0
    return pd.read_parquet("rows.parquet")


@pytest.fixture
def vectors(rows):
    """The two poems point nearly the same way."""
    of = {"May": [1, 0, 0], "June": [1, 0.1, 0], "list": [0, 0, 1]}
    array = np.array([of.get(text.split()[-1], [0, 1, 0]) for text in rows["instruction"]])
    np.save("vectors.npy", array.astype(np.float16))
    return array


def kept(run, *words):
    code, _, err = run("dedup", "rows.parquet", *words)
    assert code == 0, err
    table = pd.read_parquet("kept.parquet")
    return sorted(zip(table["source"], table["response"], strict=True))


def test_by_default_only_the_very_same_question_goes(run, rows):
    left = kept(run, "--dropped", "dropped.parquet", "--summary", "summary.json")
    assert len(left) == 4
    dropped = pd.read_parquet("dropped.parquet")
    assert list(dropped.columns) == [
        *PLACE, "twin", "twin_source", "twin_file", "twin_line", "method", "similarity"
    ]  # fmt: skip
    summary = json.loads(Path("summary.json").read_text())
    assert (summary["rows_in"], summary["rows_out"], summary["dropped"]) == (5, 4, 1)
    assert summary["largest_groups"][0]["id"] == dropped["twin"][0]
    assert summary["inputs"].keys() == {"rows.parquet"}


def test_minhash_and_semantic_drop_the_near_pair_as_well(run, rows, vectors):
    assert len(kept(run, "--method", "minhash", "--threshold", 0.7)) == 3
    assert len(kept(run, "--method", "semantic", "--embeddings", "vectors.npy")) == 3
    assert len(kept(run, "--method", "semantic", "--embeddings", "vectors.npy",
                    "--similarity", 0.999)) == 4  # fmt: skip


def test_the_wanted_row_of_a_group_stays(run, rows):
    near = ("--method", "minhash", "--threshold", 0.7)
    own = ("chat", "done")
    assert kept(run, *near, "--keep", "longest") == sorted(
        [own, ("chat", "It is three."), ("chat", "Waves and stars")]
    )
    assert kept(run, *near, "--keep", "score", "--score-column", "quality") == sorted(
        [own, ("chat", "It is three."), ("code", "Waves")]
    )
    assert kept(run, *near, "--keep", "source", "--source-order", "code,chat") == sorted(
        [own, ("code", "3"), ("code", "Waves")]
    )


def test_the_scope_says_which_rows_are_compared(run, rows):
    near = ("--method", "minhash", "--threshold", 0.7)
    assert len(kept(run, *near, "--scope", "within")) == 5
    assert len(kept(run, *near, "--scope", "across")) == 3
    assert kept(run, *near, "--scope", "core", "--core", "code") == sorted(
        [("code", "3"), ("code", "Waves"), ("chat", "done")]
    )


def test_rows_that_are_known_are_dropped_and_named(run, rows, vectors, write):
    write("old.jsonl", [{"instruction": "Add 1  and 2", "output": "?"},
                        {"instruction": f"{POEM} July", "output": "!"}])  # fmt: skip
    assert run("ingest", "old.jsonl", "--out", "old.parquet")[0] == 0
    np.save("old.npy", np.array([[0, 1, 0], [1, 0, 0.05]]))
    before = Path("old.parquet").read_bytes()
    assert len(kept(run, "--against", "old.parquet")) == 3
    for words in (
        ("--method", "minhash", "--threshold", 0.7),
        ("--method", "semantic", "--embeddings", "vectors.npy", "--against-embeddings", "old.npy"),
    ):
        left = kept(run, *words, "--against", "old.parquet", "--dropped", "d.parquet")
        assert left == [("chat", "done")]
        twins = pd.read_parquet("d.parquet").sort_values(["source", "line"])
        assert twins["twin_line"].tolist() == [1, 2, 1, 2]
        assert set(twins["twin_file"]) == {"old.jsonl"}
        assert twins["method"].tolist() == ["exact", words[1]] * 2
        assert ((twins["similarity"] == 1) == (twins["method"] == "exact")).all()
    assert Path("old.parquet").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--method", "semantic"],
         "--method semantic needs vectors: run `diversify embed ROWS --out vectors.npy` "
         "and give --embeddings vectors.npy"),
        (["--method", "semantic", "--embeddings", "vectors.npy", "--against", "rows.parquet"],
         "run `diversify embed rows.parquet --out vectors.npy` and give --against-embeddings"),
        (["--embeddings", "vectors.npy"], "--embeddings is for --method semantic"),
        (["--against-embeddings", "vectors.npy"], "--against-embeddings is of the rows"),
        (["--against", "kept.parquet"], "kept.parquet is known and never changed"),
        (["--against", "rows.parquet", "--keep", "longest"], "keep longest"),
        (["--method", "semantic", "--embeddings", "labels.npy"], "labels.npy: holds no vectors"),
        (["--method", "semantic", "--embeddings", "short.npy"], "short.npy: holds 2 rows"),
        (["--keep", "score", "--score-column", "qualty"],
         "chat.jsonl:1: no finite number in 'qualty', nor in any other row: "
         "name a field that holds one; the rows have quality"),
        (["--scope", "core", "--core", "maths"], "give one of chat, code"),
        (["--threshold", "0"], "--threshold: Input should be greater than 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_in_one_line_and_nothing_is_written(run, rows, vectors, words, line):
    np.save("labels.npy", np.arange(5))
    np.save("short.npy", np.ones((2, 3)))
    code, out, err = run("dedup", "rows.parquet", *words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1
    assert not Path("kept.parquet").exists()
