import json

import numpy as np
import pandas as pd
import pytest

HOW = ("--backend", "lsa", "--strategy", "k-center")


def manifest(path):
    return json.loads(path.read_text())


def ids(path, source):
    rows = sorted(manifest(path)["rows"], key=lambda row: row["order"])
    return [row["id"] for row in rows if row["source"] == source]


def test_arms_out_of_files_share_the_first_rows_of_each_source(run, two_files, tmp_path):
    for name, amounts in (("a", "code=30,general=10"), ("b", "code=40"), ("c", "general=5,code=8")):
        code, _, err = run("mix", *two_files, "--rows-of", amounts, "--strategy-of",
                           "code=random", *HOW, "--out", tmp_path / f"{name}.jsonl")  # fmt: skip
        assert code == 0, err
    a, b, c = (tmp_path / f"{name}.manifest.json" for name in "abc")
    assert ids(a, "code") == ids(b, "code")[:30]
    assert ids(c, "code") == ids(b, "code")[:8]
    assert ids(c, "general") == ids(a, "general")[:5]
    assert [len(ids(path, "general")) for path in (a, b, c)] == [10, 0, 5]
    told = manifest(a)
    assert told["options"]["rows_of"] == {"code": 30, "general": 10}
    assert told["recipe"]["mix"]["strategy_of"] == {"code": "random"}
    assert told["budget"] == [40]
    assert {row["reason"] for row in told["rows"]} == {"code, random", "general, k-center"}


def test_an_arm_out_of_a_stored_pool_is_that_out_of_the_files(run, two_files, tmp_path):
    rows, vectors, labels = (tmp_path / f"p.{end}" for end in ("parquet", "npy", "labels.npy"))
    sources = [f"--source={path.stem}={path}" for path in two_files]
    run("ingest", *sources, "--out", tmp_path / "r.parquet")
    run("dedup", tmp_path / "r.parquet", "--out", rows)
    run("embed", rows, "--backend", "lsa", "--out", vectors)
    run("cluster", vectors, "--out", labels)
    assert np.load(vectors).shape[0] == len(pd.read_parquet(rows)) == 97
    amounts = ("--rows-of", "code=12,general=8", "--strategy", "k-center")
    code, _, err = run("mix", rows, "--embeddings", vectors, "--labels", labels, *amounts,
                       "--out", tmp_path / "stored.jsonl")  # fmt: skip
    assert code == 0, err
    run("mix", *two_files, *amounts, "--backend", "lsa", "--out", tmp_path / "files.jsonl")
    for source in ("code", "general"):
        stored, files = (tmp_path / f"{name}.manifest.json" for name in ("stored", "files"))
        assert ids(stored, source) == ids(files, source)


def test_verify_holds_a_mix_against_the_amounts_and_draws_it_again(run, two_files, tmp_path):
    run("mix", *two_files, "--rows-of", "code=12,general=8", *HOW, "--out", tmp_path / "m.jsonl")
    path = tmp_path / "m.manifest.json"
    code, out, _ = run("verify", path, "--replay")
    assert code == 0
    assert "rows_of: 12 of code, 8 of general, as asked" in out
    assert "the same 20 picks in the same order" in out
    told = manifest(path)
    for row in told["rows"][:20]:
        row["source"] = "code"
    path.write_text(json.dumps(told))
    code, out, _ = run("verify", path)
    assert code == 1
    assert "rows_of: 20 rows of code, and 12 were asked for; 0 rows of general, and 8 were" in out


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (
            ["--rows-of", "code=61"],
            "code: 61 rows are asked for, and there are 60: lower --rows-of",
        ),
        (["--rows-of", "chat=1"], "rows_of 'chat' is not a source: give one of code, general"),
        (["--rows-of", "code=5", "--budget", "4"], "budget 4 is not the sum of rows_of, 5"),
        (["--rows-of", "code=5", "--recipe", "code-specialist"], "leave out core, core_share"),
        (["--rows-of", "code"], "--rows-of: expected pairs such as code=15k,chat=5000"),
        (["--strategy-of", "code=mmr"], "strategy_of is about the sources of rows_of"),
    ],
)
def test_amounts_that_cannot_be_end_in_one_line_and_leave_nothing(
    run, two_files, tmp_path, words, fault
):
    out = tmp_path / "m.jsonl"
    code, _, err = run("mix", *two_files, "--strategy", "random", *words, "--out", out)
    assert code == 2
    [line] = [line for line in err.splitlines() if line.startswith("diversify: ")]
    assert fault in line
    assert not out.exists()


def test_a_recipe_may_hold_amounts_and_flags_go_before_it(run, two_files, tmp_path):
    own, out = tmp_path / "own.yaml", tmp_path / "m.jsonl"
    own.write_text("mix: {rows_of: {code: 10, general: 5}, strategy: random}\n")
    assert run("mix", *two_files, "--recipe", own, "--out", out)[0] == 0
    assert len(out.read_text().splitlines()) == 15
    flags = ("--rows-of", "code=7", "--recipe", own, "--out", out)
    assert run("mix", *two_files, *flags)[0] == 0
    assert manifest(tmp_path / "m.manifest.json")["sources"]["code"]["picked"] == 7


def test_rows_set_aside_are_of_the_named_sources(run, two_files, tmp_path):
    run("mix", *two_files, "--rows-of", "code=20", *HOW, "--validation", 6,
        "--validation-similarity", 0.9999, "--out", tmp_path / "m.jsonl")  # fmt: skip
    aside = (tmp_path / "m.validation.jsonl").read_text()
    assert len(aside.splitlines()) == aside.count("Write function number") == 6


def test_a_dry_run_says_that_it_takes_one_strategy_for_all(run, two_files):
    code, out, err = run("mix", *two_files, "--rows-of", "code=20,general=4", "--strategy",
                         "random", "--strategy-of", "code=k-center", "--dry-run")  # fmt: skip
    assert code == 0, err
    assert "every source is taken to be ranked by random" in err
    assert any(line.split()[:3] == ["mix", "97", "24"] for line in out.splitlines())


def test_a_large_source_is_drawn_from_before_anything_else(run, two_files, tmp_path):
    code, _, err = run("mix", *two_files, "--most", "code=20", "--rows-of", "code=20",
                       "--strategy", "random", "--out", tmp_path / "m.jsonl")  # fmt: skip
    assert code == 0, err
    files = manifest(tmp_path / "m.manifest.json")["steps"]["ingest"]["files"]
    assert [(file["kept"], file["left_out"]) for file in files] == [(20, 40), (40, 0)]
    assert run("verify", tmp_path / "m.manifest.json", "--replay")[0] == 0


def test_a_source_that_only_most_knows_is_told(run, two_files, tmp_path):
    code, _, err = run("mix", *two_files, "--rows-of", "code=5", "--most", "cod=9", "--strategy",
                       "random", "--out", tmp_path / "mix.jsonl")  # fmt: skip
    assert code == 0
    assert "  --most: no source 'cod' here (there are code, general)\n" in err
