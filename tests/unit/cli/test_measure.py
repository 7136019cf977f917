"""`diversify measure`, as a person would call it."""

import json

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def stored(tmp_path, monkeypatch, run, two_files):
    """Rows, vectors and labels as the stages leave them, and a mix of them."""
    monkeypatch.chdir(tmp_path)
    for words in (
        ["ingest", *two_files, "--out", "rows.parquet"],
        ["dedup", "rows.parquet", "--out", "pool.parquet"],
        ["embed", "pool.parquet", "--backend", "lsa", "--dimensions", 6, "--out", "pool.npy"],
        ["cluster", "pool.npy", "--clusters", 4, "--out", "labels.npy"],
        ["mix", "pool.parquet", "--embeddings", "pool.npy", "--labels", "labels.npy",
         "--budget", 20, "--strategy", "k-center", "--out", "mix.jsonl"],
    ):  # fmt: skip
        code, _, err = run(*words)
        assert code == 0, err
    return tmp_path


ALL = ["measure", "pool.parquet", "--embeddings", "pool.npy", "--labels", "labels.npy"]


def test_a_mix_is_measured_beside_random_draws(run, stored):
    code, out, err = run(*ALL, "--manifest", "mix.manifest.json", "--html", "card.html",
                         "--summary", "card.json", "--draws", 3)  # fmt: skip
    assert code == 0, err
    assert "20 of 97 rows" in out and "Vendi score" in out and "random draws" in out
    document = json.loads((stored / "card.json").read_text())
    assert document["stage"] == "measure" and document["rows"] == 20
    assert sum(one["picked"] for one in document["sources"].values()) == 20
    assert all(len(one["draws"]) == 3 for one in document["measures"])
    assert "mix.manifest.json" in document["inputs"]
    page = (stored / "card.html").read_text()
    assert page.startswith("<!doctype html>") and "20 of 97 rows" in page


def test_some_rows_of_a_table_are_measured_as_a_mix_is(run, stored):
    picked = {row["id"] for row in json.loads((stored / "mix.manifest.json").read_text())["rows"]}
    pool = pd.read_parquet("pool.parquet")
    pool[pool["id"].isin(picked)].to_parquet("some.parquet", index=False)
    _, of_table, _ = run(*ALL, "--picked", "some.parquet", "--json")
    _, of_mix, _ = run(*ALL, "--manifest", "mix.manifest.json", "--json")
    assert json.loads(of_table)["measures"] == json.loads(of_mix)["measures"]


def test_all_rows_alone_are_measured_too(run, stored):
    code, out, _ = run("measure", "pool.parquet", "--embeddings", "pool.npy")
    assert code == 0
    assert "no random draw to compare them with" in out
    assert "cluster" not in out


def test_two_ways_to_name_the_rows_are_one_too_many(run, stored):
    code, _, err = run(*ALL, "--manifest", "mix.manifest.json", "--picked", "pool.parquet")
    assert code == 2
    assert err.strip().count("\n") == 0 and "give one" in err


def test_a_mix_of_other_rows_is_a_fault_in_one_line(run, stored, write):
    run("ingest", write("other.jsonl", [{"instruction": "x", "output": "y"}]), "--out", "o.parquet")
    np.save("o.npy", np.ones((1, 4), dtype=np.float16))
    code, _, err = run("measure", "o.parquet", "--embeddings", "o.npy",
                       "--manifest", "mix.manifest.json")  # fmt: skip
    assert code == 2
    assert err.strip().count("\n") == 0 and "20 of 20 rows are not in the table" in err
