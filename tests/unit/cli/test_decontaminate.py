"""`decontaminate` as a person would call it."""

import json

import numpy as np
import pandas as pd
import pytest

LEAK = "A train leaves the station at noon and runs at sixty miles an hour for three hours"


@pytest.fixture
def folder(tmp_path, monkeypatch, run, write):
    """Rows, tests as a table, and GSM8K as it was published."""
    monkeypatch.chdir(tmp_path)
    write(
        "pool.jsonl",
        [
            {"instruction": f"Tell me: {LEAK}?", "output": "180"},
            {"instruction": "Sort the list", "output": "done"},
            {"instruction": "Sort the given list", "output": "done"},
            {"instruction": "Write a poem about rain", "output": "drip"},
        ],
    )
    write("unseen.jsonl", [{"instruction": "Sort the list", "output": "ok"}])
    write("test.jsonl", [{"question": f"{LEAK}. How far?", "answer": "#### 180"}])
    assert run("ingest", "pool.jsonl", "--out", "rows.parquet")[0] == 0
    assert run("ingest", "unseen.jsonl", "--out", "tests.parquet")[0] == 0
    return tmp_path


def dropped(folder):
    return pd.read_parquet(folder / "dropped.parquet").to_dict("records")


def test_a_table_and_benchmarks_are_kept_out_at_once(run, folder):
    code, out, err = run("decontaminate", "rows.parquet", "--tests", "tests.parquet", "--benchmark",
                         "gsm8k=test.jsonl", "--dropped", "dropped.parquet", "--json")  # fmt: skip
    assert code == 0, err
    assert [(one["line"], one["test"], one["item"], one["reason"]) for one in dropped(folder)] == [
        (1, "gsm8k", "test.jsonl:1", "shared words"),
        (2, "unseen", pd.read_parquet("tests.parquet")["id"][0], "same prompt"),
    ]
    assert dropped(folder)[0]["span"] == " ".join(LEAK.lower().split()[:13])
    kept = pd.read_parquet("clean.parquet")
    assert kept["line"].tolist() == [3, 4]
    summary = json.loads(out)
    assert summary["rows_in"] == summary["rows_out"] + summary["dropped"] == 4
    assert [(one["test"], one["items"], one["hit"]) for one in summary["dropped_by_test"]] == [
        ("gsm8k", 1, 1),
        ("unseen", 1, 1),
    ]
    (read,) = summary["benchmarks"]
    assert (read["test"], read["from"], read["items"]) == ("gsm8k", "test.jsonl", 1)
    assert set(summary["inputs"]) == {"rows.parquet", "tests.parquet", "test.jsonl"}
    assert "backend" not in summary["options"]


def test_a_paraphrase_is_found_by_vectors_made_on_the_spot(run, folder):
    code, _, err = run("decontaminate", "rows.parquet", "--tests", "tests.parquet", "--benchmark",
                       "gsm8k=test.jsonl", "--similarity", 0.8, "--backend", "lsa", "--threads", 1,
                       "--dropped", "dropped.parquet", "--summary", "s.json")  # fmt: skip
    assert code == 0, err
    near = dropped(folder)[2]
    assert (near["line"], near["test"], near["reason"]) == (3, "unseen", "similar")
    assert near["span"] == "Sort the given list ~ Sort the list"
    assert 0.8 <= near["cosine"] < 1
    assert json.loads((folder / "s.json").read_text())["options"]["backend"] == "lsa"


def test_stored_vectors_give_what_vectors_on_the_spot_give(run, folder):
    run("embed", "rows.parquet", "--tests", "tests.parquet", "--backend", "lsa", "--threads", 1)
    common = ["rows.parquet", "--tests", "tests.parquet", "--similarity", 0.8, "--threads", 1]
    stored = ["--embeddings", "embeddings.npy", "--tests-embeddings", "tests.npy"]
    assert run("decontaminate", *common, *stored, "--out", "a.parquet")[0] == 0
    assert run("decontaminate", *common, "--backend", "lsa", "--out", "b.parquet")[0] == 0
    pd.testing.assert_frame_equal(pd.read_parquet("a.parquet"), pd.read_parquet("b.parquet"))
    assert len(pd.read_parquet("a.parquet")) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--tests TABLE, --benchmark NAME=PATH, or both"),
        (["--benchmark", "mine"], "none of humaneval"),
        (["--benchmark", "gsm8k=none.jsonl"], "none.jsonl: No such file"),
        (["--benchmark", "unseen=test.jsonl", "--tests", "tests.parquet"], "of that name already"),
        (["--tests", "tests.parquet", "--embeddings", "e.npy"], "only with --similarity"),
        (["--tests", "tests.parquet", "--shortest", "13"], "shortest must be below ngram"),
        (["--tests", "tests.parquet", "--similarity", "2"], "--similarity: Input should be less"),
        (
            ["--tests", "tests.parquet", "--similarity", "0.9", "--tests-embeddings", "e.npy"],
            "goes with --tests and --embeddings",
        ),
        (
            ["--tests", "tests.parquet", "--similarity", "0.9", "--embeddings", "e.npy",
             "--backend", "lsa"],
            "leave out --embeddings",
        ),
        (
            ["--tests", "tests.parquet", "--similarity", "0.9", "--embeddings", "e.npy",
             "--tests-embeddings", "wide.npy"],
            "vectors of 2 and 3 dimensions",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_and_writes_nothing(run, folder, words, said):
    np.save(folder / "e.npy", np.ones((4, 2), dtype=np.float16))
    np.save(folder / "wide.npy", np.ones((1, 3), dtype=np.float16))
    code, out, err = run("decontaminate", "rows.parquet", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (folder / "clean.parquet").exists()
