"""The benchmarks that SOURCES.md lists, read as they were published."""

import os
from pathlib import Path

import pandas as pd
import pytest

from diversify.config.decontaminate import DecontaminateOptions
from diversify.curation.decontaminate import drop_leaks
from diversify.io.test_sets.benchmarks import read_benchmarks
from diversify.records import COLUMNS, Record

DATA = Path(os.environ.get("DIVERSIFY_DATA", Path(__file__).parents[4] / "shared" / "data"))

pytestmark = pytest.mark.skipif(
    not (DATA / "SOURCES.md").is_file(), reason=f"no data at {DATA}; set DIVERSIFY_DATA"
)

PUBLISHED = {
    "humaneval": ("humaneval/HumanEval.jsonl.gz", 164),
    "mbpp": ("mbpp/new_mbpp.json.gz", 399),
    "mbpp-plus": ("mbpp_plus/MbppPlus-v0.1.0.jsonl.gz", 399),
    "gsm8k": ("gsm8k/test.jsonl.gz", 1319),
    "mmlu": ("mmlu/mmlu_dev_test_csv.tar.gz", 14042 + 285),
    "ifeval": ("ifeval/input_data.jsonl", 541),
    "bbh": ("bbh/bbh_json.tar.gz", 6511),
    "math-500": ("math/math500_test.jsonl", 500),
    "theoremqa": ("theoremqa/theoremqa_test.json", 800),
}


def load(*names):
    return read_benchmarks({name: str(DATA / PUBLISHED[name][0]) for name in names})


@pytest.mark.parametrize(("name", "count"), [(name, rows) for name, (_, rows) in PUBLISHED.items()])
def test_each_benchmark_has_its_published_number_of_items(name, count):
    items = load(name)[name]
    assert items["id"].nunique() == count
    assert (items["instruction"].str.strip() != "").all()


def test_the_questions_of_gsm8k_are_found_in_a_pool_and_training_questions_stay():
    test = load("gsm8k")["gsm8k"]
    pool = read_benchmarks({"train": str(DATA / "gsm8k/train.jsonl.gz")})["train"].head(300)
    wrapped = test.assign(instruction="Solve this. " + test["instruction"], source="mine")
    rows = pd.concat([pool, wrapped], ignore_index=True)
    result = drop_leaks(rows, {"gsm8k": test}, DecontaminateOptions(shortest=8))
    assert result.hit == {"gsm8k": 1319}
    assert set(result.kept["source"]) == {"train"}
    # one of the 300 differs from a test question in its name and numbers alone
    twins = result.dropped[result.dropped["source"] == "train"]
    assert twins[["id", "item"]].values.tolist() == [["train.jsonl.gz:21", "test.jsonl.gz:633"]]


def test_a_paraphrase_without_a_long_run_stays_without_vectors():
    test = load("mbpp")["mbpp"]
    texts = Record(
        "s", "f", 1, "How do I get the elements that two lists have in common?", "set(a)"
    )
    row = pd.DataFrame([[getattr(texts, name) for name in COLUMNS]], columns=list(COLUMNS))
    assert drop_leaks(row, {"mbpp": test}, DecontaminateOptions()).dropped.empty
