"""`diversify evaluate` on tables and on published benchmarks."""

import json

import pandas as pd
import pytest

from diversify.config.sft import SftOptions
from diversify.io.item_scores import read_items, totals
from diversify.training.sft import train

ROWS = pd.DataFrame(
    {
        "source": ["sums", "sums", "names"],
        "id": ["a", "b", "c"],
        "instruction": ["One and one", "One and two", "Name a bird"],
        "input": "",
        "response": ["two", "three", "wren"],
    }
)
HUMAN = {"task_id": "HumanEval/0", "prompt": "def f():\n", "canonical_solution": "    return 'é'\n"}
PROMPT = {"key": 7, "prompt": "Write two lines about rain.", "instruction_id_list": []}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    options = SftOptions(
        tokenizer="bpe", vocabulary=300, layers=1, width=16, heads=2, max_length=64, max_steps=2
    )
    folder = tmp_path_factory.mktemp("model") / "model"
    train(ROWS, ROWS, options, folder, 1)
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    ROWS.to_parquet(tmp_path / "tests.parquet")
    return tmp_path


def scores(folder):
    return json.loads((folder / "scores.json").read_text())


def test_a_table_and_benchmarks_are_scored_side_by_side_item_by_item(run, write, folder, model):
    human, ifeval = write("human.jsonl", [HUMAN]), write("ifeval.jsonl", [PROMPT])
    code, out, err = run(
        "evaluate", model, "tests.parquet", "--benchmark", f"humaneval={human}", "--benchmark",
        f"ifeval={ifeval}", "--items", "items.parquet", "--threads", 1,
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert "bits per byte; scores in scores.json" in out
    items = read_items(folder / "items.parquet")
    assert items.groupby(["task", "metric"])["item"].apply(list).to_dict() == {
        ("sums", "exact_match"): ["a", "b"],
        ("sums", "bits_per_byte"): ["a", "b"],
        ("names", "exact_match"): ["c"],
        ("names", "bits_per_byte"): ["c"],
        ("humaneval", "exact_match"): ["HumanEval/0"],
        ("humaneval", "bits_per_byte"): ["HumanEval/0"],
        ("ifeval", "bits_per_byte"): ["7"],
    }
    weights = items[items["metric"] == "bits_per_byte"].set_index("item")["weight"]
    assert weights["HumanEval/0"] == len(HUMAN["canonical_solution"].encode())
    assert weights["7"] == len(PROMPT["prompt"])
    said = scores(folder)
    assert said["tasks"] == totals(items)
    assert said["tasks"]["sums"]["bits_per_byte"]["value"] == said["sets"]["sums"]["bits_per_byte"]
    assert said["sets"]["ifeval"]["scored"] == "prompt"
    assert said["data"]["ifeval"]["from"] == str(ifeval)
    assert said["data"]["sums"]["from"] == "tests.parquet"
    assert said["marks"] == []


def test_a_benchmark_stands_in_place_of_a_table(run, write, folder, model):
    human = write("human.jsonl", [HUMAN, HUMAN | {"task_id": "HumanEval/1", "prompt": "x" * 99}])
    code, _, err = run("evaluate", model, "--benchmark", f"humaneval={human}", "--threads", 1)
    mark = "humaneval: 1 of 2 rows are longer than 64 tokens: no bits per byte"
    assert (code, err) == (0, f"note: {mark}\n")
    assert scores(folder)["marks"] == [mark]


def test_items_leave_the_scores_as_they_were(run, folder, model):
    run("evaluate", model, "tests.parquet", "--threads", 1)
    plain = scores(folder)
    run("evaluate", model, "tests.parquet", "--threads", 1, "--items", "items.parquet")
    assert scores(folder) == plain


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "name the tests: TESTS, --benchmark NAME=PATH, or both"),
        (["bare.parquet"], "bare.parquet: lacks input; give a table of test items"),
        (["tests.parquet", "--benchmark", "names=h.jsonl"], "TESTS has a source of that name"),
        (["tests.parquet", "--benchmark", "mine"], "none of humaneval"),
        (
            ["mix.jsonl"],
            "mix.jsonl: not a row table, such as `benchmarks` writes; give another "
            "file as --benchmark NAME=mix.jsonl",
        ),
    ],
)
def test_what_cannot_be_scored_is_said_in_one_line(run, folder, model, words, line):
    ROWS.drop(columns="input").to_parquet(folder / "bare.parquet")
    (folder / "mix.jsonl").write_text("{}\n")
    code, out, err = run("evaluate", model, *words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1
