"""The stages one after the other, as a person would call them."""

import json

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(path):
    return json.loads(path.read_text())


def test_each_stage_takes_what_the_stage_before_left(run, folder):
    def ran(*words):
        code, out, err = run(*words)
        assert code == 0, err
        return out

    ran("synth", "editing", "--core-rules", 20, "--core-rows", 200, "--other-rows", 20, "--out",
        "made", "--tests", 20, "--duplicates", 9, "--malformed", 7, "--leaks", 5)  # fmt: skip
    sources = [f"--source={name.stem}={name}" for name in sorted(folder.glob("made/corpus/*"))]
    tests = [f"--source={name.stem}={name}" for name in sorted(folder.glob("made/tests/*"))]
    ran("ingest", *sources, "--out", "rows.parquet", "--summary", "e/ingest/rows.json")
    ran("ingest", *tests, "--out", "tests.parquet")
    ran("dedup", "rows.parquet", "--out", "kept.parquet", "--dropped", "twins.parquet",
        "--summary", "e/dedup/summary.json")  # fmt: skip
    ran("decontaminate", "kept.parquet", "--tests", "tests.parquet", "--out", "clean.parquet",
        "--dropped", "leaks.parquet", "--summary", "e/decontaminate/summary.json")  # fmt: skip
    assert document(folder / "e/ingest/rows.json")["dropped"] == 7
    assert len(pd.read_parquet("twins.parquet")) == 9
    assert len(pd.read_parquet("leaks.parquet")) == 5
    assert len(pd.read_parquet("clean.parquet")) == 380

    ran("embed", "clean.parquet", "--tests", "tests.parquet", "--backend", "lsa",
        "--dimensions", 8, "--out", "rows.npy", "--tests-out", "tests.npy")  # fmt: skip
    ran("cluster", "rows.npy", "--clusters", 6, "--out", "labels.npy")
    assert np.load("rows.npy").shape == (380, 8)
    assert set(np.load("labels.npy")) == set(range(6))
    ran("mix", "clean.parquet", "--embeddings", "rows.npy", "--labels", "labels.npy",
        "--budget", 100, "--core", "replace", "--core-share", 0.5, "--strategy", "k-center",
        "--out", "mix.jsonl", "--summary", "e/mix/a/summary.json")  # fmt: skip
    assert sum(document(folder / "e/mix/a/summary.json")["cluster_sizes"]["after"]) == 100

    said = ran("sft", "mix.jsonl", "--corpus", "clean.parquet", "--layers", 1, "--width", 16,
               "--heads", 2, "--max-length", 40, "--max-steps", 3, "--out", "model",
               "--threads", 1, "--json", "--summary", "e/sft/a/summary.json")  # fmt: skip
    assert json.loads(said)["steps"] == 3
    ran("evaluate", "model", "tests.parquet", "--label", "share=0.5", "--label", "seed=0",
        "--threads", 1, "--out", "e/evaluate/a/scores.json")  # fmt: skip
    scores = document(folder / "e/evaluate/a/scores.json")
    assert scores["cell"] == {"share": 0.5, "seed": 0}
    assert {name: one["rows"] for name, one in scores["sets"].items()} == {
        "other": 20, "seen": 20, "unseen": 20,
    }  # fmt: skip

    ran("map", "clean.parquet", "--embeddings", "rows.npy", "--labels", "labels.npy", "--tests",
        "tests.parquet", "--tests-embeddings", "tests.npy", "--manifest", "mix.manifest.json",
        "--points", 200, "--steps", 250, "--threads", 1, "--out", "e/map/map.json")  # fmt: skip
    points = document(folder / "e/map/map.json")["points"]
    assert len(points["x"]) == len(points["text"]) == len(points["picked"]) == 200
    assert 0 < sum(points["picked"]) < 200
    ran("report", *sorted(folder.glob("e/**/*.json")), "--out", "page.html", "--figures", "figures")
    assert "InstructionMap" in (folder / "page.html").read_text()
    assert sorted(path.name for path in (folder / "figures").iterdir())


@pytest.mark.parametrize("out", ["mine", "."])
def test_a_model_never_takes_the_place_of_a_folder_with_files(run, folder, out):
    (folder / "mine").mkdir()
    (folder / "mine" / "thesis.txt").write_text("years of work")
    run("synth", "rewrite", "--instructions", 5, "--examples", 50, "--tests", 5, "--out", "made")
    code, _, err = run("sft", "made/train.parquet", "--max-steps", 1, "--out", out)
    assert code == 2
    assert f"--out {out}: is not empty: name another" in err
    assert (folder / "mine" / "thesis.txt").read_text() == "years of work"


def test_the_model_that_training_starts_from_is_not_to_be_removed(run, folder):
    (folder / "model").mkdir()
    (folder / "model" / "config.json").write_text("{}")
    code, _, err = run("sft", "rows.jsonl", "--model", "./model")
    assert code == 2
    assert err == ("diversify: --out model: is the model that training starts from: name another\n")


def test_rewriting_examples_are_made_and_scored_by_kind(run, folder):
    assert run("synth", "rewrite", "--instructions", 9, "--examples", 400, "--tests", 30,
               "--noop-share", 0.25, "--out", "made")[0] == 0  # fmt: skip
    tests = pd.read_parquet("made/tests.parquet")
    assert tests.groupby("source").size().to_dict() == {"train": 30, "unseen": 30}
    run("sft", "made/train.parquet", "--layers", 1, "--width", 16, "--heads", 2, "--max-length", 40,
        "--max-steps", 2, "--threads", 1, "--out", "model")  # fmt: skip
    run("evaluate", "model", "made/tests.parquet", "--threads", 1)
    assert {"unseen", "unseen_noop", "unseen_hasop"} <= document(folder / "scores.json")[
        "sets"
    ].keys()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["dedup", "missing.parquet"], "missing.parquet: no such file"),
        (["dedup", "text.parquet"], "text.parquet: not a table of diversify"),
        (["decontaminate", "rows.parquet", "--tests", "none.parquet"], "none.parquet"),
        (["cluster", "missing.npy"], "missing.npy: not an array of diversify"),
        (["sft", "missing.jsonl"], "missing.jsonl"),
        (["evaluate", "no-model", "rows.parquet"], "cannot load the model 'no-model'"),
        (["evaluate", "m", "t", "--label", "share"], "--label share: expected NAME=VALUE"),
        (["report", "missing.json"], "missing.json"),
        (["map", "rows.parquet"], "embeddings"),
        (
            ["mix", "rows.parquet", "more.parquet", "--labels", "l.npy"],
            "--population of each too, or one FILE",
        ),
    ],
)
def test_what_is_missing_or_broken_is_named_in_one_line(run, folder, words, line):
    (folder / "text.parquet").write_text("not a table")
    rows = {name: ["x"] for name in ("id", "source", "file", "instruction", "response", "input")}
    pd.DataFrame({**rows, "line": [1], "system": "", "more": "", "meta": ""}).to_parquet(
        "rows.parquet"
    )
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1
