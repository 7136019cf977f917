"""Real Snakemake on a config whose every word would like to be a command."""

import json
import shutil

import pytest
import yaml

pytestmark = pytest.mark.workflow

HOSTILE = 'it\'s $(touch canary) `touch canary`; touch canary & "x" \n#~'
BRACES = HOSTILE + " {input} {{wildcards}} {"


def test_names_of_files_sources_and_options_reach_the_command_as_they_are(bare):
    folder = bare.folder
    row = json.dumps({"instruction": "Add 1 and 1.", "output": "2"})
    for part in ("rows", "tests"):
        (folder / f"{part} {HOSTILE}.jsonl").write_text(f"{row}\n")
    config = {
        "run": ["hostile"],
        "experiments": {
            "hostile": {
                "track": "data",
                "grid": {"budgets": [1]},
                "sources": {HOSTILE: [f"rows {HOSTILE}.jsonl"]},
                "tests": {HOSTILE: [f"tests {HOSTILE}.jsonl"]},
                "core": HOSTILE,
                "ingest": {"licences": {HOSTILE: BRACES}},
            }
        },
    }
    (folder / "hostile.yaml").write_text(yaml.safe_dump(config))
    told = [f"results/hostile/ingest/{part}.json" for part in ("rows", "tests")]
    bare.snakemake("--rerun-incomplete", *told, configs=("hostile.yaml",))
    for summary in told:
        [file] = json.loads((folder / summary).read_text())["files"]
        assert (file["source"], file["licence"], file["kept"]) == (HOSTILE, BRACES, 1)
    assert not list(folder.rglob("canary*"))
    shutil.rmtree(folder / "results" / "hostile")


@pytest.mark.parametrize("path", ["../index.html", "results/$(touch canary)/index.html"])
def test_a_page_elsewhere_is_refused_before_the_first_job(bare, path):
    (bare.folder / "page.yaml").write_text(yaml.safe_dump({"report": {"path": path}}))
    said = bare.snakemake("--dry-run", configs=("page.yaml",), check=False)
    assert "config: report.path: the page lies inside results/" in said
    assert "Traceback" not in said
    assert not (bare.folder / "canary").exists()
