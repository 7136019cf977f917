import json
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def pool(run, write, tmp_path, monkeypatch):
    """Forty rows in two directions, their table and their vectors."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    kinds = np.arange(40) % 4 == 0  # ten of one, thirty of the other
    vectors = np.eye(3)[kinds.astype(int)] + 0.05 * rng.normal(size=(40, 3))
    np.save("rows.npy", vectors.astype(np.float16))
    texts = [f"Sort {i} numbers" if kind else f"Tell {i} tales" for i, kind in enumerate(kinds)]
    write("rows.jsonl", [{"instruction": text, "output": "yes"} for text in texts])
    assert run("ingest", "rows.jsonl", "--out", "rows.parquet")[0] == 0
    return kinds


def document(name):
    return json.loads(Path(name).read_text())


def ran(run, *words):
    code, out, err = run("cluster", *words, "--threads", 1)
    assert code == 0, err
    return out


@pytest.mark.parametrize("method", ["kmeans", "spherical", "minibatch"])
def test_clusters_are_labelled_told_and_counted(run, pool, method):
    said = ran(
        run, "rows.npy", "--rows", "rows.parquet", "--method", method, "--clusters", 2,
        "--out", "labels.npy", "--centres-out", "centres.npy", "--terms", "terms.json",
        "--summary", "summary.json", "--seed", 3, "--words", 2,
    )  # fmt: skip
    assert said == "2 clusters of 40 rows in labels.npy\n"
    assert np.load("labels.npy").tolist() == pool.astype(int).tolist()
    assert np.load("centres.npy").shape == (2, 3)
    told = document("terms.json")
    assert told["stage"] == "terms"
    assert [one["rows"] for one in told["clusters"]] == [30, 10]
    words = [[word for word, _ in one["words"]] for one in told["clusters"]]
    assert words == [["tales", "tell"], ["numbers", "sort"]]
    assert all(len(one["examples"]) == 3 for one in told["clusters"])
    summary = document("summary.json")
    assert (summary["rows"], summary["clusters"], summary["noise"]) == (40, 2, 0)
    assert summary["options"]["method"] == method
    assert len(summary["inputs"]) == 2


def test_new_rows_go_into_the_clusters_of_an_earlier_run(run, pool):
    ran(run, "rows.npy", "--clusters", 2, "--centres-out", "centres.npy")
    np.save("new.npy", np.array([[0, 9, 1], [1, 0, 0], [0, 1, 0]], dtype=np.float32))
    said = ran(run, "new.npy", "--centres", "centres.npy", "--out", "new_labels.npy")
    assert said == "2 clusters of 3 rows in new_labels.npy\n"
    assert np.load("new_labels.npy").tolist() == [1, 0, 1]
    ran(run, "rows.npy", "--centres", "centres.npy", "--out", "again.npy")
    assert np.load("again.npy").tolist() == np.load("labels.npy").tolist()


def test_a_score_chooses_the_number_and_the_summary_holds_all_scores(run, pool):
    ran(run, "rows.npy", "--clusters-by", "silhouette", "--clusters-tried", 5,
        "--clusters-tried", 2, "--summary", "summary.json")  # fmt: skip
    summary = document("summary.json")
    assert summary["clusters"] == 2
    assert [one["clusters"] for one in summary["tried"]] == [2, 5]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--terms", "t.json"], "--terms needs --rows"),
        (["--centres", "wide.npy"], "the rows have 3 dimensions, the centres 5"),
        (["--centres", "labels.npy"], "labels.npy: holds no vectors"),
        (["--rows", "few.parquet"], "rows.npy: holds 40 rows, but the row table has 1"),
        (["--method", "magic"], "--method"),
        (["--method", "density"], "40 distinct rows are too few for density"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(run, pool, write, words, line):
    np.save("wide.npy", np.zeros((2, 5)))
    np.save("labels.npy", np.zeros(2, dtype=np.int32))
    write("few.jsonl", [{"instruction": "one", "output": "yes"}])
    run("ingest", "few.jsonl", "--out", "few.parquet")
    code, out, err = run("cluster", "rows.npy", *words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1
