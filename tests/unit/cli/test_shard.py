"""The steps of an experiment in shards, by hand, beside the same in one piece."""

import json

import numpy as np
import pandas as pd
import pytest

NAMES = [f"{number:03d}-of-003" for number in range(3)]
MIX = ["--budget", 30, "--strategy", "cluster-balanced", "--core", "code", "--core-share", 0.5]
LSA = ["--backend", "lsa", "--dimensions", 8]


@pytest.fixture
def pool(tmp_path, monkeypatch):
    """Two files with duplicates across them, in the folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    for source, start in (("code", 0), ("chat", 60)):
        rows = [
            {"instruction": f"say {n % 90} times {n % 7} {'xyz'[n % 3]}", "output": f"{source} {n}"}
            for n in range(start, start + 80)
        ]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{source}.jsonl").write_text(text)
    return tmp_path


def test_steps_by_hand_give_the_mix_of_one_piece(run, pool):
    def do(*words):
        code, _, err = run(*words)
        assert code == 0, err

    do("ingest", "code.jsonl", "chat.jsonl", "--out", "rows.parquet")
    do("dedup", "rows.parquet", "--out", "kept.parquet")
    do("embed", "kept.parquet", *LSA, "--out", "kept.npy")
    do("cluster", "kept.npy", "--clusters", 5, "--out", "labels.npy")
    do("mix", "kept.parquet", "--embeddings", "kept.npy", "--labels", "labels.npy", *MIX,
       "--out", "whole.jsonl")  # fmt: skip

    for source in ("code", "chat"):
        do("ingest", f"{source}.jsonl", "--shards", 3, "--out", f"part-{source}.parquet")
    for name in NAMES:
        do("shard", "rows", "part-code.parquet", "part-chat.parquet", "--shard", name,
           "--out", f"{name}.parquet")  # fmt: skip
        do("shard", "keys", f"{name}.parquet", "--out", f"{name}.keys.npy")
    tables = [f"{name}.parquet" for name in NAMES]
    do("shard", "twins", *tables, "--keys", *(f"{name}.keys.npy" for name in NAMES))
    for name in NAMES:
        do("dedup", f"{name}.parquet", "--twins", "twins.parquet", "--shard", name,
           "--out", f"{name}.parquet")  # fmt: skip
    do("shard", "gather", *tables)
    do("shard", "space", "gathered.parquet", *LSA)
    for name in NAMES:
        do("embed", f"{name}.parquet", *LSA, "--space", "space.npz", "--out", f"{name}.npy")
    do("shard", "gather", *tables, "--embeddings", *(f"{name}.npy" for name in NAMES))
    do("cluster", "gathered.npy", "--clusters", 5, "--centres-out", "centres.npy",
       "--out", "gathered-labels.npy")  # fmt: skip
    for name in NAMES:
        do("cluster", f"{name}.npy", "--centres", "centres.npy", "--out", f"{name}.labels.npy")
        do("shard", "candidates", f"{name}.parquet", "--embeddings", f"{name}.npy",
           "--labels", f"{name}.labels.npy", *MIX, "--out", f"best-{name}.parquet",
           "--embeddings-out", f"best-{name}.npy", "--labels-out", f"best-{name}.labels.npy",
           "--population", f"{name}.population.parquet")  # fmt: skip
    do("mix", *(f"best-{name}.parquet" for name in NAMES),
       "--embeddings", *(f"best-{name}.npy" for name in NAMES),
       "--labels", *(f"best-{name}.labels.npy" for name in NAMES),
       "--population", *(f"{name}.population.parquet" for name in NAMES), *MIX,
       "--out", "sharded.jsonl")  # fmt: skip

    assert sum(len(pd.read_parquet(table)) for table in tables) == len(
        pd.read_parquet("kept.parquet")
    )
    assert (pool / "sharded.jsonl").read_bytes() == (pool / "whole.jsonl").read_bytes()


def test_no_default_takes_the_place_of_what_is_read(run, pool):
    run("ingest", "code.jsonl", "--out", "rows.parquet")
    run("embed", "rows.parquet", *LSA, "--out", "rows.npy")
    run("cluster", "rows.npy", "--clusters", 3, "--out", "labels.npy")
    before = {path: path.read_bytes() for path in pool.iterdir()}
    arrays = ["--embeddings", "rows.npy", "--labels", "labels.npy"]
    assert run("shard", "candidates", "rows.parquet", *arrays, "--budget", 5)[0] == 0
    assert run("shard", "gather", "rows.parquet", *arrays, "--most", 20)[0] == 0
    assert {path: path.read_bytes() for path in before} == before
    assert len(np.load("candidates-labels.npy")) == 5


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["ingest", "code.jsonl", "--shards", 0], "shards 0: give a number from 1 to 512"),
        (["shard", "rows", "rows.parquet", "--shard", "1-of-2"], "is not laid out for 2 shards"),
        (["shard", "rows", "rows.parquet", "--shard", "x"], "'x' is no shard: give one such as"),
        (["dedup", "rows.parquet", "--shard", "0-of-2"], "--twins are told by shard"),
        (["shard", "keys", "rows.parquet", "--method", "semantic"], "cannot be sharded"),
        (["embed", "rows.parquet", "--backend", "static", "--space", "s.npz"], "is one of lsa"),
        (["mix", "a.parquet", "b.parquet", "--embeddings", "a.npy"], "--population of each too"),
        (["mix", "--embeddings", "a.npy"], "belong to a FILE"),
    ],
)
def test_what_cannot_be_is_one_line(run, pool, words, line):
    run("ingest", "code.jsonl", "--out", "rows.parquet")
    code, _, err = run(*words)
    assert code == 2
    assert line in err
    assert len(err.splitlines()) == 1
