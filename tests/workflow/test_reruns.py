"""What reruns, and what does not, when code or config change: real Snakemake decides."""

import json

import pandas as pd
import pytest

pytestmark = pytest.mark.workflow

CELL = "instructions200-examples2000-seed0"
AFTER_MIX = {"mix", "measure", "map", "sft", "evaluate", "report"}
AFTER_SFT = {"sft", "evaluate", "evaluate_base", "report"}
AFTER_CLUSTER = {"cluster", *AFTER_MIX}
AFTER_EMBED = {"embed", *AFTER_CLUSTER}


def test_a_second_run_has_nothing_to_do(finished):
    assert finished.rules_to_rerun() == set()


@pytest.mark.parametrize(
    ("module", "reruns"),
    [
        ("curation/selectors/kcenter.py", AFTER_MIX),
        ("curation/lsa.py", AFTER_EMBED),
        ("training/sft.py", AFTER_SFT),
        ("evaluation/scores.py", {"evaluate", "evaluate_base", "report"}),
        ("report/intervals.py", {"report"}),
        ("report/measure_words.py", {"measure", "report"}),
        ("synth/rewrite.py", {"synth_rewrite", *AFTER_SFT}),
        ("synth/traces.py", {"synth_markov", "sft", "evaluate", "report"}),
    ],
)
def test_an_edited_algorithm_reruns_its_stage_and_what_follows(checkout, module, reruns):
    checkout.edit(f"diversify/{module}", "\n\n\n", "\n\nEDITED = 1\n\n")
    assert checkout.rules_to_rerun() == reruns


def test_an_edited_comment_or_docstring_reruns_nothing(checkout):
    checkout.edit("diversify/curation/selectors/kcenter.py", '"""', '"""Again: ')
    checkout.edit("diversify/curation/lsa.py", "def lsa_vectors", "# why\ndef lsa_vectors")
    assert checkout.rules_to_rerun() == set()


def test_an_edited_option_reruns_its_stage_and_what_follows(checkout):
    checkout.edit("workflow/presets/smoke.yaml", "k-center", "random")
    assert checkout.rules_to_rerun() == AFTER_MIX


def test_a_point_added_to_a_grid_runs_its_own_jobs_alone(checkout):
    checkout.edit(
        "workflow/presets/smoke.yaml", "instructions: [20, 200]", "instructions: [20, 200, 50]"
    )
    said = checkout.snakemake("--dry-run")
    jobs = said.split("Job stats:")[1].split("total")[0].splitlines()[3:]
    counts = {line.split()[0]: int(line.split()[1]) for line in jobs if line.strip()}
    assert counts == {"synth_rewrite": 1, "sft": 1, "evaluate": 1, "report": 1, "all": 1}


def test_each_experiment_is_a_target_with_jobs_of_its_own(finished):
    said = finished.snakemake("--dry-run", "--forceall", "smoke_markov")
    jobs = said.split("Job stats:")[1].split("total")[0].splitlines()[3:]
    assert {line.split()[0] for line in jobs if line.strip()} == {
        "synth_markov", "sft", "evaluate", "report_experiment", "smoke_markov",
    }  # fmt: skip


def test_a_model_of_one_experiment_is_where_another_starts(finished):
    results = finished.folder / "results"
    trained = json.loads((results / "smoke-rewrite/evaluate" / CELL / "scores.json").read_text())
    base = json.loads(
        (results / "smoke-adapter/evaluate/base-shots0-seed0/scores.json").read_text()
    )
    assert base["model"]["path"] == f"results/smoke-rewrite/sft/{CELL}/model"
    assert base["model"]["parameters"] == trained["model"]["parameters"]
    assert base["options"]["judge"] == "text"


def test_faults_of_the_config_stop_the_run_before_its_first_job(checkout):
    checkout.edit("workflow/presets/smoke.yaml", "layers: 1", "layrs: 1")
    said = checkout.snakemake("--dry-run", check=False)
    assert "config: experiments.smoke-rewrite.sft.layrs: Extra inputs" in said
    assert "Traceback" not in said


def test_a_stage_that_runs_again_writes_the_same_bytes(checkout):
    folder = checkout.folder / "results/smoke-data/mix"
    before = {path: path.read_bytes() for path in folder.glob("*/mix.jsonl")}
    assert len(before) == 2
    for path in before:
        path.unlink()
    checkout.snakemake("--forcerun", "mix", "--until", "mix")
    assert {path: path.read_bytes() for path in before} == before


def test_the_counts_of_the_stages_add_up_to_what_synth_planted(finished):
    def summary(name):
        return json.loads((finished.folder / f"results/smoke-data/{name}.json").read_text())

    planted = summary("synth/summary")["planted"]
    read, unique = summary("ingest/rows"), summary("dedup/summary")
    clean = summary("decontaminate/summary")
    assert summary("synth/summary")["rows_out"] == read["rows_in"]
    assert read["rows_in"] - read["rows_out"] == read["dropped"] == planted["malformed"]
    assert unique["rows_in"] == read["rows_out"]
    assert unique["dropped"] == planted["duplicates"]
    assert clean["rows_in"] == unique["rows_out"]
    assert clean["dropped"] == planted["leaks"]


def test_no_training_row_holds_a_pattern_that_is_tested_as_unseen(finished):
    folder = finished.folder / "results/smoke-data"
    tests = [json.loads(line) for line in (folder / "synth/tests/unseen.jsonl").open()]
    patterns = {row["rule"].split(">")[0] for row in tests}
    assert patterns
    trained = pd.read_parquet(folder / "decontaminate/rows.parquet")["meta"]
    assert not patterns & {json.loads(meta)["rule"].split(">")[0] for meta in trained}


def test_arms_are_paired_and_their_core_rows_nested(finished):
    def core(share):
        path = finished.folder / f"results/smoke-data/mix/share{share}-budget400-seed0"
        rows = json.loads((path / "mix.manifest.json").read_text())["rows"]
        assert len(rows) == 400
        return {row["id"] for row in rows if row["source"] == "replace"}

    assert len(core(0)) == 400
    assert len(core(50)) == 200
    assert core(50) < core(0)


def test_the_page_says_what_was_run(finished):
    page = (finished.folder / "results/smoke-report/index.html").read_text()
    assert "Smoke run" in page
    assert "smoke-rewrite" in page
    assert "smoke-data" in page


def test_it_runs_in_another_folder_without_the_package_installed_there(finished, tmp_path):
    """`--directory` elsewhere: the rules find the package by themselves."""
    said = finished.snakemake(
        "--dry-run", "--directory", tmp_path, "--snakefile", finished.folder / "Snakefile",
        "--configfile", finished.folder / "config.yaml",
        finished.folder / "workflow/presets/smoke.yaml",
    )  # fmt: skip
    assert "smoke-data" in said


def test_the_workflow_folder_has_a_snakefile_of_its_own(finished):
    said = finished.snakemake("--dry-run", "--snakefile", "workflow/Snakefile", "--forceall")
    assert "report" in said
