import pytest

from diversify.workflow.documents import documents, made
from diversify.workflow.plan import Plan

GRID = {"instructions": [10, 20], "seeds": [0]}


@pytest.fixture
def plan(tmp_path):
    for name in ("rows.jsonl", "human.jsonl"):
        (tmp_path / name).write_text('{"instruction": "a", "response": "b"}\n')
    sources = {"code": [str(tmp_path / "rows.jsonl")]}
    grid = {"shares": [0.5], "budgets": [5], "seeds": [0]}
    arms = {
        "track": "arms", "sources": sources, "arms": {"a": {"code": 1}, "b": {"code": 1}},
        "grid": {"seeds": [0]},
        "benchmarks": {"humaneval": str(tmp_path / "human.jsonl")},
    }  # fmt: skip
    experiments = {
        "strings": {"track": "rewrite", "grid": GRID},
        "whole": {
            "track": "data", "grid": grid, "sources": sources, "tests": sources, "core": "code"
        },
        "shards": {"extends": "whole", "shards": 3},
        "arms": arms,
    }  # fmt: skip
    return Plan({"run": list(experiments), "experiments": experiments})


def stages(plan, name, kinds=documents):
    return {path.split("/")[2] for path in kinds(plan, name)}


def test_made_rows_leave_a_document_of_each_step_in_each_cell(plan):
    assert documents(plan, "strings") == [
        f"results/strings/{step}/instructions{count}-seed0/{file}.json"
        for step, file in [("synth", "summary"), ("sft", "summary"), ("evaluate", "scores")]
        for count in (10, 20)
    ]


def test_curated_rows_leave_those_of_the_curation_too(plan):
    curation = {"ingest", "dedup", "decontaminate", "embed", "cluster", "mix", "measure", "map"}
    assert stages(plan, "whole") == curation | {"sft", "evaluate"}
    assert stages(plan, "shards") == stages(plan, "whole")
    assert "results/shards/dedup/shards.json" in documents(plan, "shards")


def test_a_finished_run_has_also_left_what_no_page_reads(plan):
    assert made(plan, "strings") == documents(plan, "strings")
    more = stages(plan, "arms", made) - stages(plan, "arms")
    assert more == {"verify", "generate"}
    assert set(documents(plan, "arms")) < set(made(plan, "arms"))
