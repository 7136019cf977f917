"""`lm-eval` as a person would call it."""

import json

import pandas as pd
import pytest

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.evaluation.harness.lm_eval import check_installed
from diversify.io.documents import read_document
from diversify.io.item_scores import read_items, totals
from diversify.training.model import new_model
from diversify.training.tokenizer import new_tokenizer

GSM8K = [{"question": f"What is {n} + {n}?", "answer": f"#### {n + n}"} for n in range(6)]


@pytest.fixture
def folder(tmp_path, monkeypatch, write):
    """A model that has learnt nothing, and files of two tasks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    rows = pd.DataFrame({"instruction": ["What is 1 + 1?"], "input": "", "response": ["#### 2"]})
    options = SftOptions(tokenizer="bpe", vocabulary=300, layers=1, width=16, heads=2)
    tokenizer = new_tokenizer(rows, options)
    new_model(options, tokenizer).save_pretrained(tmp_path / "model")
    tokenizer.save_pretrained(tmp_path / "model")
    write("test.jsonl", GSM8K[:4])
    write("train.jsonl", GSM8K)
    (tmp_path / "anatomy_test.csv").write_text("Which?,w,x,y,z,B\nWhere?,w,x,y,z,C\n")
    return tmp_path


def test_scores_and_items_are_written_and_agree(run, folder):
    code, out, err = run("lm-eval", "model", "--task", "gsm8k=test.jsonl", "--examples",
                         "gsm8k=train.jsonl", "--task", "mmlu=anatomy_test.csv", "--limit", 3,
                         "--num-fewshot", "gsm8k=2", "--max-gen-toks", 8, "--label", "arm=a",
                         "--items", "items.parquet", "--threads", 1, "--json")  # fmt: skip
    assert code == 0
    document = json.loads(out)
    notes = [line for line in err.splitlines() if line.startswith("note: ")]
    assert notes == [f"note: {mark}" for mark in document["marks"]]
    assert document == read_document(folder / "scores.json")
    assert (document["stage"], document["cell"]) == ("lm-eval", {"arm": "a"})
    items = read_items(folder / "items.parquet")
    assert document["tasks"] == totals(items)
    assert document["tasks"]["mmlu"]["acc"]["n"] == 2
    assert set(items["item"]) == {
        *(f"gsm8k/{n}" for n in range(3)), "mmlu/anatomy/0", "mmlu/anatomy/1",
    }  # fmt: skip
    assert set(document["data"]["gsm8k"]) == {
        "from", "revision", "examples", "examples_revision",
    }  # fmt: skip
    assert set(document["inputs"]) == {
        "test.jsonl", "train.jsonl", "anatomy_test.csv", "model/model.safetensors",
    }  # fmt: skip
    assert document["options"]["num_fewshot"] == {"gsm8k": 2}
    assert "gsm8k: 2 shots, where the harness has 5" in document["marks"]
    assert {"lm-eval", "torch", "transformers", "datasets"} <= set(document["versions"])
    assert not any((folder / "home").iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name a task, such as --task gsm8k=test.jsonl.gz"),
        (["--task", "arc"], "no task 'arc': there are gsm8k, ifeval, mmlu"),
        (["--task", "gsm8k=none.jsonl"], "none.jsonl: No such file"),
        (["--task", "mmlu=bones_test.csv"], "no part of mmlu is called 'bones'"),
        (["--task", "gsm8k=test.jsonl", "--num-fewshot", "bbh=1"], "there is no --task bbh"),
        (["--task", "gsm8k=test.jsonl", "--num-fewshot", "5"], "--num-fewshot: expected pairs"),
        (["--task", "gsm8k=test.jsonl", "--answer-share", "1"], "--answer-share: Input should"),
        (["--task", "ifeval=odd.jsonl"], "item 1: no such instruction 'be:good'"),
        (["--task", "ifeval=mixed.jsonl"], "mixed.jsonl: a field is of several types"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(run, folder, write, words, said):
    (folder / "bones_test.csv").write_text("Which?,w,x,y,z,B\n")
    good = {"key": 1, "prompt": "Hi.", "instruction_id_list": ["be:good"], "kwargs": [{}]}
    write("odd.jsonl", [good])
    write("mixed.jsonl", [good, {**good, "key": "two"}])
    code, out, err = run("lm-eval", "model", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (folder / "scores.json").exists()


def test_a_harness_that_is_not_installed_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr("diversify.evaluation.harness.lm_eval.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"package lm_eval: pip install .*\[evaluation\]"):
        check_installed({})
