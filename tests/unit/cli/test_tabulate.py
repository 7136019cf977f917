import json

import numpy as np
import pandas as pd
import pytest

from diversify.cli.tabulate import COLUMNS
from diversify.io.item_scores import totals, write_items

VERSIONS = {"diversify": "0.3.0", "lm-eval": "0.4.13"}


@pytest.fixture
def results(tmp_path):
    """Scores of two arms and two seeds by two harnesses, as the workflow leaves them."""
    rng = np.random.default_rng(0)
    for arm in ("code", "mixed"):
        for seed in (0, 1):
            put(tmp_path, "score", arm, seed, right(rng, "humaneval"))
            put(tmp_path, "lm-eval", arm, seed, right(rng, "gsm8k", "exact_match"),
                marks=["cut at 256 tokens"])  # fmt: skip
    return tmp_path


def right(rng, task, metric="pass@1", count=40):
    return pd.DataFrame({
        "task": task, "metric": metric, "item": [f"{task}/{number}" for number in range(count)],
        "value": (rng.random(count) < 0.5).astype(float), "weight": 1.0,
    })  # fmt: skip


def put(root, stage, arm, seed, items, **more):
    folder = root / "exp" / stage / f"{arm}-seed{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    write_items(folder / "items.parquet", items)
    loaded = {"model": {"path": f"sft/{arm}", "parameters": 7}} if stage == "lm-eval" else {}
    document = {
        "stage": stage, "cell": {"arm": arm, "seed": seed}, "tasks": totals(items),
        "data": {task: {"from": "file.jsonl", "revision": "sha256:ab"} for task in totals(items)},
        "inputs": {f"sft/{arm}/model.safetensors": f"{arm}{seed}"} if loaded else {},
        "versions": VERSIONS, "marks": [], **loaded, **more,
    }  # fmt: skip
    (folder / "scores.json").write_text(json.dumps(document))
    return folder / "scores.json"


def documents(root):
    return sorted(root.glob("exp/*/*/scores.json"))


def outputs(root, *more):
    folder = root / "exp" / "tabulate"
    return ["--out", folder / "scores.csv", "--verdicts", folder / "verdicts.json",
            "--resamples", 200, *more]  # fmt: skip


def test_one_long_table_and_its_verdicts(results, run):
    summary = results / "exp" / "tabulate" / "summary.json"
    code, out, _ = run("tabulate", *documents(results), "--reference", "code",
                       *outputs(results, "--summary", summary))  # fmt: skip
    assert code == 0
    assert out.count("no significant difference from code") == 2
    table = pd.read_csv(results / "exp" / "tabulate" / "scores.csv", keep_default_na=False)
    assert list(table.columns) == COLUMNS and len(table) == 8
    row = table[(table.arm == "mixed") & (table.seed == 1) & (table.task == "gsm8k")].iloc[0]
    assert row[["experiment", "model", "harness", "version"]].tolist() == [
        "exp", "sft/mixed", "lm-eval", "0.4.13",
    ]  # fmt: skip
    assert row[["data", "revision", "model_hash", "marks", "paired_with", "n"]].tolist() == [
        "file.jsonl", "sha256:ab", "mixed1", "cut at 256 tokens", "code", 40,
    ]  # fmt: skip
    verdicts = json.loads((results / "exp" / "tabulate" / "verdicts.json").read_text())
    assert verdicts["stage"] == "tabulate" and len(verdicts["inputs"]) == 8
    assert [(one["arm"], one["task"]) for one in verdicts["comparisons"]] == [
        ("mixed", "gsm8k"), ("mixed", "humaneval"),
    ]  # fmt: skip
    counted = json.loads(summary.read_text())
    assert (counted["rows"], counted["arms"], counted["comparisons"]) == (8, 2, 2)
    assert sum(counted["verdicts"].values()) == 2


def test_the_model_of_programs_is_known_from_the_harness_that_loaded_it(results, run):
    run("tabulate", *documents(results), *outputs(results))
    table = pd.read_csv(results / "exp" / "tabulate" / "scores.csv")
    assert set(table["model"][table.harness == "score"]) == {"sft/code", "sft/mixed"}


def test_parquet_and_csv_hold_the_same(results, run):
    other = results / "scores.parquet"
    run("tabulate", *documents(results), *outputs(results, "--out", other))
    csv = pd.read_csv(results / "exp" / "tabulate" / "scores.csv", keep_default_na=False)
    pd.testing.assert_frame_equal(csv, pd.read_parquet(other), check_dtype=False)


def test_the_same_documents_give_the_same_bytes_in_any_order(results, run):
    made = []
    for order in (1, -1):
        run("tabulate", *documents(results)[::order], "--reference", "code", *outputs(results))
        verdicts = json.loads((results / "exp/tabulate/verdicts.json").read_text())
        rows = (results / "exp/tabulate/scores.csv").read_text().splitlines()
        made.append((sorted(rows), sorted(map(str, verdicts["comparisons"]))))
    assert made[0] == made[1]


def fails(run, root, words, *more):
    code, _, said = run("tabulate", *documents(root), *outputs(root, *more))
    assert code == 2 and said.splitlines()[-1].startswith("diversify: ")
    assert words in said, said
    assert not (root / "exp" / "tabulate" / "scores.csv").exists()


def test_an_item_that_one_arm_lacks_stops_it_by_name(results, run):
    rng = np.random.default_rng(1)
    put(results, "score", "mixed", 1, right(rng, "humaneval").iloc[1:])
    fails(run, results, "lacks 1 of 40 items of humaneval (pass@1) that other models have: "
          "humaneval/0; score every arm on the same items")  # fmt: skip


def test_items_that_are_not_the_documents_stop_it(results, run):
    path = results / "exp" / "score" / "code-seed0" / "items.parquet"
    write_items(path, right(np.random.default_rng(9), "humaneval").assign(value=1.0))
    fails(run, results, "they are not of one run; score it again")


def test_a_document_without_its_items_stops_it(results, run):
    (results / "exp" / "score" / "code-seed0" / "items.parquet").unlink()
    fails(run, results, "its items are missing")


def test_the_same_cell_scored_twice_stops_it(results, run):
    again = put(results, "score", "mixed", 1, right(np.random.default_rng(1), "humaneval"))
    document = json.loads(again.read_text()) | {"cell": {"arm": "code", "seed": 1}}
    again.write_text(json.dumps(document))
    fails(run, results, "scores humaneval (pass@1) of the same arm and seed as")


def test_two_models_under_one_name_stop_it(results, run):
    path = put(results, "evaluate", "code", 0, right(np.random.default_rng(1), "mmlu", "acc"))
    document = json.loads(path.read_text()) | {"inputs": {"other/model.safetensors": "else"}}
    path.write_text(json.dumps(document))
    fails(run, results, "both are of arm code, seed 0; score the same model with both")


def test_a_document_without_a_cell_stops_it(results, run):
    put(results, "score", "code", 0, right(np.random.default_rng(1), "humaneval"), cell={})
    fails(
        run,
        results,
        "not say of which arm and seed it is; score with --label arm=NAME --label seed=NUMBER",
    )


def test_an_unknown_reference_stops_it(results, run):
    fails(run, results, "--reference: no scores of an arm 'nobody' (there are code, mixed)",
          "--reference", "nobody")  # fmt: skip


def test_an_unknown_ending_stops_it(results, run):
    code, _, said = run("tabulate", *documents(results), "--out", results / "scores.xlsx")
    assert code == 2 and "unknown ending; use .csv or .parquet" in said


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"tasks": "all"}, "scores.json: tasks: Input should be a valid dictionary"),
        ({"stage": ""}, "scores.json: stage: "),
        ({"marks": [["x"]]}, "scores.json: marks.0: "),
        ({"model": "m"}, "scores.json: model: "),
    ],
)
def test_something_else_than_a_document_of_scores_stops_it_in_one_line(results, run, spoil, words):
    path = results / "exp" / "score" / "code-seed0" / "scores.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | spoil))
    fails(run, results, words)


def test_programs_may_tell_of_the_model_that_wrote_them(results, run):
    path = put(results, "generate", "code", 0, right(np.random.default_rng(0), "humaneval"))
    (path.parent / "items.parquet").unlink()
    model = {"model": {"path": "sft/code"}, "inputs": {"sft/code/model.safetensors": "code0"}}
    path.write_text(json.dumps(json.loads(path.read_text()) | model | {"tasks": {}}))
    scores = sorted(results.glob("exp/score/*/scores.json"))
    code, _, _ = run("tabulate", path, *scores, *outputs(results))
    table = pd.read_csv(results / "exp/tabulate/scores.csv", keep_default_na=False)
    assert code == 0 and len(table) == 4
    assert sorted(table["model_hash"]) == ["", "", "", "code0"]


def test_two_experiments_are_compared_each_by_itself(results, run):
    (results / "more").mkdir()
    (results / "exp").rename(results / "more" / "first")
    for name in ("one", "two"):
        (results / name).symlink_to(results / "more" / "first")
    paths = sorted([*results.glob("one/score/*/scores.json"), *results.glob("two/score/*/*.json")])
    code, _, said = run("tabulate", *paths, "--reference", "code", *outputs(results))
    assert code == 0, said
    verdicts = json.loads((results / "exp/tabulate/verdicts.json").read_text())
    assert [one["experiment"] for one in verdicts["comparisons"]] == ["one", "two"]
    first, second = (one["p_corrected"] for one in verdicts["comparisons"])
    assert first == second  # each experiment is a family of its own
