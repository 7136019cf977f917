"""`diversify score`: written programs in, scores, items and reasons out."""

import json
import shutil

import pandas as pd
import pytest

pytestmark = pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap is not installed")

TASKS = [
    {"task_id": f"{kind}/{number}", "prompt": f"def f{number}(x):\n", "entry_point": f"f{number}",
     "canonical_solution": f"    return x + {number}\n", "contract": "", "atol": 0,
     "base_input": [[1], [2]], "plus_input": plus}
    for kind, number, plus in [("HumanEval", 0, []), ("HumanEval", 3, []), ("Mbpp", 8, [[5]]),
                               ("Mbpp", 9, [[6]])]
]  # fmt: skip
SAMPLES = [
    {"task_id": "HumanEval/0", "completion": "    return x\n"},
    {"task_id": "Mbpp/8", "solution": "def f8(x): return x + 8 if x < 5 else 0"},
    {"task_id": "Mbpp/9", "solution": "def f9(x): return x + 9"},
]
QUICK = ["--memory-mb", 512, "--min-seconds", 20, "--slack-seconds", 20]


@pytest.fixture
def score(run, write, tmp_path, monkeypatch):
    """Run the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    human, mbpp = write("human.jsonl", TASKS[:2]), write("mbpp.jsonl", TASKS[2:])
    both = ["--benchmark", f"humaneval={human}", "--benchmark", f"mbpp={mbpp}"]

    def call(*words, samples=SAMPLES, benchmarks=both):
        return run("score", write("samples.jsonl", samples), *benchmarks, *QUICK, *words)

    return call


def test_scores_items_and_reasons_say_what_became_of_every_task(score, tmp_path):
    code, out, err = score(
        "--label", "arm=mixed", "--label", "seed=1",
        "--items", "items.parquet", "--details", "why.jsonl",
    )  # fmt: skip
    assert code == 0, err
    assert out == ("pass@1: humaneval 0.500, mbpp 1.000, mbpp+ 0.500; scores in scores.json\n")
    assert "note: humaneval: 1 of 2 problems have no sample and count as failed" in err
    document = json.loads((tmp_path / "scores.json").read_text())
    assert (document["stage"], document["cell"]) == ("score", {"arm": "mixed", "seed": 1})
    assert document["tasks"] == {
        "humaneval": {"pass@1": {"value": 0.5, "n": 2}},
        "mbpp": {"pass@1": {"value": 1.0, "n": 2}},
        "mbpp+": {"pass@1": {"value": 0.5, "n": 2}},
    }
    assert document["statuses"]["mbpp"] == {"base": {"pass": 2}, "plus": {"pass": 1, "wrong": 1}}
    assert document["data"]["mbpp"]["from"].endswith("mbpp.jsonl")
    assert len(document["inputs"]) == 3
    items = pd.read_parquet(tmp_path / "items.parquet")
    assert list(items.columns) == ["task", "metric", "item", "value", "weight"]
    assert len(items) == 6
    assert items.groupby("task")["value"].sum().to_dict() == {
        "humaneval": 1.0, "mbpp": 2.0, "mbpp+": 1.0,
    }  # fmt: skip
    why = [json.loads(line) for line in (tmp_path / "why.jsonl").read_text().splitlines()]
    assert [(one["task_id"], one["base"], one["plus"]) for one in why] == [
        ("HumanEval/0", "pass", "not run"),
        ("HumanEval/3", "missing", "not run"),
        ("Mbpp/8", "pass", "wrong"),
        ("Mbpp/9", "pass", "pass"),
    ]
    assert why[2]["reason"] == "plus tests, call 1: returned 0, expected 13"


def test_a_result_that_is_there_is_made_anew(score, tmp_path):
    only = ["--benchmark", f"mbpp={tmp_path / 'mbpp.jsonl'}"]
    assert score(samples=SAMPLES[1:], benchmarks=only)[0] == 0
    assert not (tmp_path / "items.parquet").exists(), "what nobody asked for is not written"
    first = json.loads((tmp_path / "scores.json").read_text())["tasks"]
    wrong = {"task_id": "Mbpp/9", "solution": "def f9(x): return 0"}
    assert score(samples=[SAMPLES[1], wrong], benchmarks=only)[0] == 0
    second = json.loads((tmp_path / "scores.json").read_text())["tasks"]
    assert first["mbpp"]["pass@1"]["value"] == 1.0
    assert second["mbpp"]["pass@1"]["value"] == 0.5


def test_running_without_protection_leaves_a_mark(score, tmp_path):
    code, out, err = score("--unsafe-exec", "--json")
    assert code == 0, err
    document = json.loads(out)
    assert "unsafe-exec: programs ran without bubblewrap" in document["marks"]
    assert document["tasks"]["mbpp"]["pass@1"]["value"] == 1.0
    assert document["options"]["unsafe_exec"] is True


def test_a_machine_without_bubblewrap_is_told_what_to_do(score, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = score()
    assert code == 2
    assert err.count("\n") == 1
    assert "apt install bubblewrap" in err
    assert "--unsafe-exec" in err
    assert not (tmp_path / "scores.json").exists()


def test_a_user_s_mistake_is_one_line_and_writes_nothing(score, tmp_path):
    for words in [
        {"benchmarks": []},
        {"benchmarks": ["--benchmark", "apps"]},
        {"samples": [{"task_id": "Mbpp/99", "solution": ""}]},
        {"samples": [*SAMPLES, SAMPLES[0]]},
    ]:
        code, out, err = score(**words)
        assert (code, out, err.count("\n")) == (2, "", 1), err
        assert err.startswith("diversify: ")
    assert not list(tmp_path.glob("*.parquet"))
