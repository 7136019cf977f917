import json
import os
from pathlib import Path

import pytest

from diversify.cli.forecast import lines, tell_forecast, too_much
from diversify.config.forecast import ForecastOptions
from diversify.config.recipe import Recipe
from diversify.curation.forecasting.forecast import Rows, Step

LSA = ("--backend", "lsa", "--dimensions", 8)


@pytest.fixture
def foreseen(run, tmp_path, monkeypatch):
    """Do a dry run in an empty folder: gives its steps by name, and the whole document."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def call(*words):
        code, out, err = run("mix", *words, "--dry-run", "--json")
        assert code == 0, err
        document = json.loads(out)
        return {step["name"]: step for step in document["steps"]}, document

    return call


def counts(step):
    return step["rows_in"]["count"], step["rows_out"]["count"], step["rows_out"]["known"]


@pytest.mark.parametrize("strategy", ["random", "cluster-balanced", "k-center"])
def test_the_rows_of_each_step_are_those_of_the_run(run, two_files, tmp_path, foreseen, strategy):
    words = (*two_files, "--budget", 50, "--strategy", strategy, *LSA)
    steps, _ = foreseen(*words)
    code, said, err = run("mix", *words, "--out", tmp_path / "mix.jsonl", "--json")
    assert code == 0, err
    real = json.loads(said)["steps"]
    for name in ("ingest", "dedup"):
        told = (real[name]["rows_in"], real[name]["rows_out"], "exactly")
        assert counts(steps[name]) == told
        assert steps[name]["how"] == "measured"
    assert counts(steps["mix"]) == (97, 50, "exactly")
    assert set(real) - {"ingest", "dedup"} == set(steps) & {"embed", "cluster"}


def test_nothing_is_written(two_files, foreseen, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    cache = Path(os.environ["DIVERSIFY_CACHE"])
    before = sorted(cache.rglob("*"))
    foreseen(*two_files, "--budget", 1, "--budget", 20, *LSA, "--validation", 3)
    assert not list(Path.cwd().iterdir())
    assert not list(scratch.iterdir())
    assert sorted(cache.rglob("*")) == before


def test_every_step_takes_time_and_memory_and_the_total_is_their_sum(two_files, foreseen):
    steps, document = foreseen(*two_files, "--budget", 20, *LSA)
    assert list(steps) == ["start", "ingest", "dedup", "embed", "cluster", "mix", "write"]
    assert all(step["seconds"] > 0 and step["peak"] > 1 << 20 for step in steps.values())
    assert document["seconds"] == pytest.approx(sum(step["seconds"] for step in steps.values()))
    assert document["peak"] == max(step["peak"] for step in steps.values())
    assert document["free"] > 0


def test_people_get_a_table(run, two_files):
    code, out, err = run("mix", *two_files, "--budget", 20, "--strategy", "random", "--dry-run")
    assert code == 0, err
    head, *table = out.splitlines()
    assert head.split() == ["step", "rows", "in", "rows", "out", "seconds", "peak", "MiB"]
    assert [line.split()[0] for line in table] == [
        "start", "ingest", "dedup", "mix", "write", "total",
    ]  # fmt: skip
    assert table[2].split()[1:3] == ["100", "97"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--budget", 98), "budget 98 is more than the 97 rows there are"),
        (("--budget", 20, "--core", "maths", "--core-share", 0.5), "core 'maths' is not a source"),
        (("--budget", 90, "--source-max", "code=10"), "lower --budget to"),
        (("--budget", 9, "--strategy", "deita", *LSA), "deita"),
    ],
)
def test_what_the_run_would_stop_at_is_told(run, two_files, words, message):
    code, out, err = run("mix", *two_files, *words, "--dry-run")
    assert (code, out) == (2, "")
    assert message in err


def test_semantic_dedup_comes_after_the_vectors(write, capsys):
    path = write("rows.jsonl", [{"instruction": f"Say {i}", "output": "yes"} for i in range(40)])
    made = Recipe.model_validate(
        {
            "dedup": {"method": "semantic"},
            "embed": {"backend": "lsa", "dimensions": 4},
            "mix": {"budget": [10], "strategy": "random"},
        }
    )
    tell_forecast([("rows", path)], made, 1, True)
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert [step["name"] for step in steps] == [
        "start", "ingest", "dedup", "embed", "dedup, semantic", "mix", "write",
    ]  # fmt: skip
    assert steps[2]["rows_out"] == {"count": 40, "known": "at most"}


@pytest.fixture
def tokenizer(tmp_path):
    """A tokenizer to which each letter is a token."""
    from transformers import BertTokenizerFast

    letters = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"abcdefghijklmnopqrstuvwxyz0123456789",
    ]
    letters += [f"##{letter}" for letter in letters[5:]]
    (tmp_path / "vocab.txt").write_text("\n".join(letters))
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path / "tokenizer")
    return tmp_path / "tokenizer"


def test_tokens_are_counted_on_some_rows(two_files, foreseen, tokenizer):
    words = ("--unit", "tokens", "--tokenizer", tokenizer, "--strategy", "random")
    steps, document = foreseen(*two_files, "--budget", 500, *words)
    assert list(steps) == ["start", "ingest", "dedup", "tokens", "mix", "write"]
    assert steps["mix"]["rows_out"]["known"] == "about"
    assert 0 < steps["mix"]["rows_out"]["count"] < 97
    assert document["warnings"] == []
    _, document = foreseen(*two_files, "--budget", 500_000, *words)
    assert document["warnings"][0].startswith("by estimate, budget 500000 is more than")


def test_large_files_are_looked_at_in_part(write, capsys):
    rows = [
        {"instruction": f"Tell {i} {'very ' * (i % 50)}", "output": "so " * 60} for i in range(6000)
    ]
    path = write("tales.jsonl", rows)
    recipe = Recipe.model_validate({"mix": {"budget": [3000], "strategy": "random"}})
    tell_forecast([("tales", path)], recipe, 1, True, ForecastOptions(read_mb=1, head_mb=1))
    steps = {step["name"]: step for step in json.loads(capsys.readouterr().out)["steps"]}
    assert steps["ingest"]["how"] == steps["dedup"]["how"] == "predicted"
    assert steps["ingest"]["rows_in"]["known"] == "about"
    assert steps["dedup"]["rows_out"]["known"] == "at most"
    assert steps["dedup"]["rows_out"]["count"] == pytest.approx(6000, rel=0.05)
    assert counts(steps["mix"])[1:] == (3000, "exactly")


def test_too_little_memory_is_told_in_a_line():
    assert too_much(peak=1 << 30, free=2 << 30) == []
    (line,) = too_much(peak=3 << 30, free=2 << 30)
    assert line.startswith("a run will take about 3072 MiB of memory, and 2048 are free")


def test_estimates_are_marked_in_the_table():
    step = Step("dedup", Rows(1000, "about"), Rows(900, "at most"), 12.34, 5 << 20, "predicted")
    assert list(lines([step]))[1:] == [
        "dedup    ~1000     <=900       12         5  predicted",
        "total                          12         5",
    ]
