"""`diversify generate`: programs out of a small model, and what is said of them."""

import ast
import json

import pandas as pd
import pytest

from diversify.config.sft import SftOptions
from diversify.training.sft import train

PROBLEMS = [
    {
        "task_id": f"{kind}/{number}",
        "prompt": prompt,
        "entry_point": name,
        "canonical_solution": f"    return {number}\n",
        "contract": "",
        "base_input": [[1]],
        "plus_input": [],
        "atol": 0,
    }
    for kind, number, name, prompt in [
        ("HumanEval", 0, "f", 'def f(x):\n    """ Give 0. """\n'),
        ("HumanEval", 1, "g", 'def g(x):\n    """ Give 1. ' + "At once. " * 30 + '"""\n'),
        ("Mbpp", 3, "h", '"""\nWrite a function to give 2.\nassert h(1) == 2\n"""\n'),
    ]
]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Folder of a GPT-2 of 96 positions that has learned next to nothing."""
    rows = pd.DataFrame(
        {
            "instruction": [problem["prompt"].strip() for problem in PROBLEMS],
            "input": "",
            "response": [problem["canonical_solution"] for problem in PROBLEMS],
        }
    )
    options = SftOptions(
        architecture="gpt2", tokenizer="bpe", vocabulary=300, layers=1, width=16, heads=2,
        max_length=96, max_steps=2,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("model") / "model"
    train(rows, rows, options, folder, 1)
    return folder


def test_both_benchmarks_are_written_with_one_load_and_every_task_has_its_line(
    run, write, model, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    human = write("human.jsonl", PROBLEMS[:2])
    mbpp = write("mbpp.jsonl", PROBLEMS[2:])
    code, out, err = run(
        "generate", model, "--benchmark", f"humaneval={human}", "--benchmark", f"mbpp={mbpp}",
        "--label", "arm=mixed", "--label", "seed=1", "--threads", 1, "--summary", "summary.json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    assert out.startswith("3 programs in samples.jsonl")
    samples = [json.loads(line) for line in (tmp_path / "samples.jsonl").read_text().splitlines()]
    assert [one["task_id"] for one in samples] == ["HumanEval/0", "HumanEval/1", "Mbpp/3"]
    assert samples[1] == {
        "task_id": "HumanEval/1", "solution": "", "answer": "", "end": "no room",
    }  # fmt: skip
    assert ast.parse(samples[0]["solution"]).body[0].name == "f"

    said = json.loads((tmp_path / "summary.json").read_text())
    assert said["stage"] == "generate"
    assert said["cell"] == {"arm": "mixed", "seed": 1}
    assert said["marks"] == [
        "humaneval: 1 of 2 prompts leave the model's 96 positions no room for an answer"
    ]
    assert said["benchmarks"]["humaneval"]["ends"]["no room"] == 1
    assert sum(said["benchmarks"]["mbpp"]["ends"].values()) == 1
    assert said["data"]["mbpp"]["from"] == str(mbpp)
    assert said["data"]["mbpp"]["revision"].startswith("sha256:")
    assert said["model"]["parameters"] > 1000
    assert said["backend"] == "transformers"
    assert said["options"]["max_new_tokens"] == 768
    assert {str(human), str(mbpp)} <= said["inputs"].keys()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "name the problems: --benchmark humaneval=FILE"),
        (["--benchmark", "gsm8k=x.jsonl"], "gsm8k: no code benchmark"),
        (["--benchmark", "mbpp=missing.jsonl"], "missing.jsonl"),
        (["--benchmark", "mbpp=a", "--benchmark", "mbpp=b"], "each name once"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line_before_the_model_is_loaded(run, words, line):
    code, out, err = run("generate", "no-model", *words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1


def test_a_missing_model_leaves_no_samples(run, write, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mbpp = write("mbpp.jsonl", PROBLEMS[2:])
    code, _, err = run("generate", "no-model", "--benchmark", f"mbpp={mbpp}")
    assert code == 2
    assert "cannot load the model 'no-model'" in err
    assert not (tmp_path / "samples.jsonl").exists()
