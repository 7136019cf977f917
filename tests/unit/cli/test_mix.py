import json
import threading
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from diversify.io.documents import file_hash
from diversify.io.whole import alone_in


def rows_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def manifest_of(path):
    return json.loads(path.with_name(f"{path.name.split('.')[0]}.manifest.json").read_text())


@pytest.mark.parametrize("strategy", ["random", "cluster-balanced", "k-center"])
def test_mix_writes_exactly_the_budget(run, two_files, tmp_path, strategy):
    out = tmp_path / "mix.jsonl"
    code, _, err = run(
        "mix", *two_files, "--budget", 50, "--strategy", strategy, "--backend", "lsa", "--out", out
    )
    assert (code, len(rows_of(out))) == (0, 50), err
    prompts = [row["messages"][0]["content"].strip() for row in rows_of(out)]
    assert len(set(prompts)) == 50


def test_the_core_gets_its_share(run, two_files, tmp_path):
    out = tmp_path / "mix.jsonl"
    run("mix", *two_files, "--budget", 40, "--core", "code", "--core-share", 0.9,
        "--strategy", "random", "--out", out)  # fmt: skip
    assert Counter(row["source"] for row in manifest_of(out)["rows"]) == {"code": 36, "general": 4}


def test_the_manifest_says_of_each_row_where_it_came_from(run, two_files, tmp_path):
    out = tmp_path / "mix.jsonl"
    run("mix", *two_files, "--budget", 30, "--backend", "lsa", "--out", out)
    manifest = manifest_of(out)
    assert manifest["file"]["sha256"] == file_hash(out)
    assert sorted(row["order"] for row in manifest["rows"]) == list(range(30))
    assert manifest["inputs"] == {str(path): file_hash(path) for path in two_files}
    assert manifest["steps"]["dedup"]["dropped"] == 3
    for said, written in zip(manifest["rows"], rows_of(out), strict=True):
        line = rows_of(Path(said["file"]))[said["line"] - 1]
        assert line["output"] == written["messages"][1]["content"]
        assert said["cluster"] >= 0


def test_the_file_is_shuffled_and_the_seed_decides(run, two_files, tmp_path):
    def mixed(name, seed):
        out = tmp_path / name
        run("mix", *two_files, "--budget", 60, "--strategy", "random", "--seed", seed, "--out", out)
        return out

    first, again, other = mixed("a.jsonl", 0), mixed("b.jsonl", 0), mixed("c.jsonl", 1)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
    orders = [row["order"] for row in manifest_of(first)["rows"]]
    assert orders != sorted(orders)


@pytest.mark.parametrize("strategy", ["random", "k-center"])
def test_the_order_of_the_files_changes_nothing(run, two_files, tmp_path, strategy):
    for name, files in (("a.jsonl", two_files), ("b.jsonl", two_files[::-1])):
        run("mix", *files, "--budget", 45, "--strategy", strategy, "--backend", "lsa",
            "--out", tmp_path / name)  # fmt: skip
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()


def test_a_smaller_mix_is_the_head_of_a_larger_one(run, two_files, tmp_path):
    picked = {}
    for budget in (20, 60):
        out = tmp_path / f"{budget}.jsonl"
        run("mix", *two_files, "--budget", budget, "--backend", "lsa", "--out", out)
        rows = sorted(manifest_of(out)["rows"], key=lambda row: row["order"])
        picked[budget] = [row["id"] for row in rows]
    assert picked[60][:20] == picked[20]


def test_a_budget_larger_than_what_is_there_writes_nothing(run, two_files, write, tmp_path):
    broken = write("broken.jsonl", ["{", *two_files[1].read_text().splitlines()])
    out = tmp_path / "new" / "mix.jsonl"
    code, stdout, err = run("mix", *two_files, broken, "--budget", 98, "--out", out)
    assert (code, stdout) == (2, "")
    last = err.splitlines()[-1]
    assert "98" in last
    assert "97" in last
    assert not out.parent.exists()
    assert sorted(tmp_path.iterdir()) == sorted([*two_files, broken])


def test_a_mix_never_takes_the_place_of_a_file_it_reads(run, two_files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = two_files[0].read_bytes()
    code, _, err = run("mix", *two_files, "--budget", 5, "--out", "code.jsonl")
    assert code == 2
    assert "code.jsonl is one of the files to read" in err
    assert two_files[0].read_bytes() == before


def test_a_chat_that_does_not_fit_leaves_the_mix_that_was_there(run, write, tmp_path):
    chat = [{"role": role, "content": "hi"} for role in ("user", "assistant") * 2]
    pool = write("chats.jsonl", [{"messages": chat}])
    out, manifest = tmp_path / "mix.jsonl", tmp_path / "mix.manifest.json"
    for path in (out, manifest):
        path.write_text("before")
    code, _, err = run("mix", pool, "--budget", 1, "--strategy", "random", "--format", "alpaca",
                       "--out", out)  # fmt: skip
    assert code == 2
    assert "chats.jsonl:1" in err
    assert (out.read_text(), manifest.read_text()) == ("before", "before")


@pytest.mark.parametrize(
    ("ending", "read"),
    [
        ("json", pd.read_json),
        ("csv", pd.read_csv),
        ("tsv", lambda path: pd.read_csv(path, sep="\t")),
        ("parquet", pd.read_parquet),
        ("jsonl.gz", lambda path: pd.read_json(path, lines=True)),
    ],
)
def test_the_ending_picks_the_format(run, two_files, tmp_path, ending, read):
    out = tmp_path / f"mix.{ending}"
    code, _, err = run("mix", *two_files, "--budget", 20, "--strategy", "random",
                       "--format", "alpaca", "--out", out)  # fmt: skip
    assert code == 0, err
    assert list(read(out).columns) == ["instruction", "input", "output"]
    assert len(read(out)) == 20
    assert (tmp_path / "mix.manifest.json").exists()


def test_malformed_rows_are_counted_named_and_kept(run, write, tmp_path):
    good = [{"instruction": f"Count to {i}", "output": "done"} for i in range(5)]
    pool = write("pool.jsonl", [*good, "{broken", {"instruction": "No answer"}])
    code, _, err = run(
        "mix", pool, "--budget", 5, "--strategy", "random", "--out", tmp_path / "m.jsonl"
    )
    assert code == 0
    assert "2 malformed" in err
    assert f"{pool}:7: missing 'output'" in err
    rejects = rows_of(tmp_path / "m.rejects.jsonl")
    assert [(row["line"], row["reason"]) for row in rejects][1] == (7, "missing 'output'")
    code, _, err = run("mix", pool, "--budget", 5, "--strict", "--out", tmp_path / "s.jsonl")
    assert code == 2
    assert f"{pool}:6: " in err
    assert not (tmp_path / "s.jsonl").exists()


def test_text_from_data_cannot_steer_the_terminal(run, write, tmp_path):
    pool = write("pool.jsonl", [{"\x1b[2J\x07field": "text"}])
    code, _, err = run("mix", pool, "--budget", 1, "--out", tmp_path / "m.jsonl")
    assert code == 2
    assert "?[2J?field" in err
    assert "\x1b" not in err


def test_with_json_stdout_is_one_document(run, two_files, tmp_path):
    _, out, _ = run("mix", *two_files, "--budget", 10, "--strategy", "random", "--json",
                    "--out", tmp_path / "mix.jsonl")  # fmt: skip
    assert json.loads(out)["budget"] == [10]


def test_named_sources_and_columns(run, write, tmp_path):
    odd = write("odd.jsonl", [{"frage": f"Was ist {i}?", "antwort": str(i)} for i in range(9)])
    out = tmp_path / "mix.jsonl"
    code, _, err = run("mix", "--source", f"fragen={odd}", "--columns",
                       "instruction=frage,response=antwort", "--budget", 4,
                       "--strategy", "random", "--out", out)  # fmt: skip
    assert code == 0, err
    assert {row["source"] for row in manifest_of(out)["rows"]} == {"fragen"}


def test_a_bare_mix_makes_the_corpus_of_the_config(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(
        "run: [small]\nexperiments:\n  small:\n    track: data\n"
        "    grid: {shares: [0.0]}\n"
        "    synth: {core_rules: 5, core_rows: 50, other_rows: 10, tests: 5,\n"
        "            duplicates: 5, malformed: 5, leaks: 0}\n"
    )
    code, _, err = run("mix", "--budget", 70, "--backend", "lsa")
    assert code == 0, err
    assert len(rows_of(tmp_path / "mix.jsonl")) == 70


def test_without_files_and_config_it_says_what_to_do(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, _, err = run("mix", "--budget", 70)
    assert code == 2
    assert "no FILE is given and there is no config.yaml" in err


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--budget", "0"], "--budget: expected a whole number such as 20000, 20k or 5M, not '0'"),
        (["--budget", "5,many"], "--budget: expected a whole number such as 20000, 20k or 5M"),
        (["--source-max", "code"], "--source-max: expected pairs such as code=30%,math=500"),
        (["--source-max", "code=130%"], "--source-max: a share lies between 0 and 1"),
        (["--source-min", "cod=3"], "quota of source 'cod' is not a source: give one of code"),
        (["--unit", "tokens"], "unit tokens needs a tokenizer"),
        (["--unit", "tokens", "--tokenizer", "no/such"], "cannot load the tokenizer 'no/such'"),
        (["--score-floor", "3"], "score_floor needs score_column"),
        (["--score-column", "stars"], "no finite number in 'stars'"),
        (["--recipe", "cook"], "there is no recipe 'cook': give one of code-specialist, general"),
        (["--benchmark", "gsm9k"], "--benchmark gsm9k: none of"),
        (["--strategy", "kcenter"], "--strategy: Input should be 'random', 'cluster-balanced'"),
        (["--budgt", "3"], "Did you mean --budget?"),
        (["--core", "code"], "core and core_share go together"),
        (["--core", "cod", "--core-share", "0.5", "--budget", "9"], "core 'cod' is not a source"),
        (["--format", "alpaca", "--out", "mix.xlsx"], "xlsx"),
        (["--format", "messages", "--out", "mix.csv"], "csv"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(run, two_files, words, line):
    code, out, err = run("mix", *two_files, *words)
    assert (code, out) == (2, "")
    faults = [said for said in err.splitlines() if said.startswith("diversify: ")]
    assert len(faults) == 1, faults
    assert line in faults[0]
    assert "Traceback" not in err
    assert "pydantic" not in err


def test_rows_that_no_memory_holds_are_refused_before_they_are_read(
    run, two_files, tmp_path, monkeypatch
):
    monkeypatch.setattr("diversify.cli.pool_from_files.memory_free", lambda: 2000)
    out = tmp_path / "out" / "mix.jsonl"
    code, _, err = run("mix", *two_files, "--budget", 50, "--strategy", "random", "--out", out)
    assert code == 2
    assert "MiB of memory, and 0 are free: take fewer, such as --most SOURCE=ROWS" in err
    assert not out.parent.exists()


def test_memory_that_runs_out_is_one_line(run, two_files, monkeypatch):
    def full(*_):
        raise MemoryError

    monkeypatch.setattr("diversify.cli.mix.pool_from_files", full)
    code, _, err = run("mix", *two_files, "--budget", 50)
    assert code == 2
    assert err.startswith("diversify: out of memory: take fewer rows or a larger machine")


def test_a_mix_and_its_manifest_appear_together(run, two_files, tmp_path):
    """Another process that holds the folder is writing there; neither comes between the other."""
    out = tmp_path / "out" / "mix.jsonl"
    words = ("mix", *two_files, "--budget", 20, "--strategy", "random", "--out", out)
    with alone_in(out.parent):
        mixing = threading.Thread(target=run, args=words)
        mixing.start()
        while len(list(out.parent.glob(".*.mix.*"))) < 2:
            assert mixing.is_alive()
            time.sleep(0.01)
        time.sleep(0.1)
        assert all(path.name.startswith(".") for path in out.parent.iterdir())
    mixing.join()
    assert sorted(path.name for path in out.parent.iterdir()) == ["mix.jsonl", "mix.manifest.json"]
    assert run("verify", out.with_name("mix.manifest.json"))[0] == 0
