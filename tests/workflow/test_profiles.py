"""Profiles, and what each job of the workflow asks of a machine: Snakemake's own parser says it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROFILES = ROOT / "workflow/profiles"
pytestmark = pytest.mark.workflow
ASKED = ("mem_mb", "disk_mb", "runtime", "gpu")
GRID = """
run: [many, curated, adapted]
experiments:
  many:
    extends: smoke-rewrite
    grid: {instructions: [20], examples: [500], seeds: [%s]}
  curated:
    extends: smoke-data
    gpus: 2
    embed: {backend: sentence-transformers}
  adapted:
    extends: smoke-adapter
    gpus: 1
    sft: {model: results/many/sft/instructions20-examples500-seed0/model}
"""


def dry_run(folder, *words, profile="slurm"):
    """Give what Snakemake would do, through a profile."""
    done = subprocess.run(
        [
            sys.executable, "-m", "snakemake", "--dry-run", "--directory", folder,
            "--snakefile", ROOT / "Snakefile", "--workflow-profile", PROFILES / profile,
            *words,
        ],
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def jobs(said):
    """Find the resources of each job that a dry run names, rule by rule."""
    found = []
    for block in re.split(r"^ *(?=(?:local)?rule \w+:)", said, flags=re.M):
        name = re.match(r"(?:local)?rule (\w+):", block)
        asked = re.search(r"^ +resources: (.*)$", block, re.M)
        if name and asked:
            found.append((name[1], dict(re.findall(r"(\w+)=([^,]+)", asked[1]))))
    return found


def presets(*names):
    return ["--configfile", ROOT / "config.yaml", *(ROOT / f"workflow/presets/{n}" for n in names)]


def test_every_rule_says_what_it_needs():
    """Of all rules, in their own text: what is unset would come from a site's defaults."""
    found = {}
    for path in sorted((ROOT / "rules").glob("*.smk")):
        for name, body in re.findall(r"^rule (\w+):\n((?:    .*\n|\n)+)", path.read_text(), re.M):
            found[name] = body.split("    resources:\n")[1].split("    params:")[0]
    assert len(found) == 34
    for name, body in found.items():
        for resource in ASKED:
            assert f"        {resource}=" in body, f"rule {name} does not say {resource}"
        assert "mem_mb=grows(" in body, f"rule {name} gets no more memory when it is tried again"
        assert re.search("runtime=(grows|training_minutes)", body), (
            f"rule {name} gets no more time when it is tried again"
        )


@pytest.mark.parametrize("profile", ["local", "gpu", "slurm"])
def test_every_job_asks_for_all_of_it_in_numbers(tmp_path, profile):
    said = dry_run(tmp_path, *presets("smoke.yaml"), profile=profile)
    found = [(name, asked) for name, asked in jobs(said) if name != "all"]
    assert len(found) == 33
    for name, asked in found:
        assert all(asked[resource].isdecimal() for resource in ASKED), name
        assert "nodes" not in asked, "members of a batch would add theirs up"
        assert asked["gpu"] == "0"


def test_jobs_on_models_ask_for_the_gpus_that_the_config_gives(tmp_path):
    (tmp_path / "grid.yaml").write_text(GRID % 0)
    said = dry_run(tmp_path, *presets("smoke.yaml"), tmp_path / "grid.yaml")
    asking = sorted(
        (name, asked["gpu"]) for name, asked in jobs(said) if asked.get("gpu", "0") != "0"
    )
    adapted = [("evaluate", "1"), ("evaluate_base", "1"), ("sft", "1")]
    curated = [("embed", "1"), *[("evaluate", "1"), ("sft", "2")] * 2]
    assert asking == sorted(adapted + curated)


def test_a_site_may_ask_by_gres_instead(tmp_path):
    (tmp_path / "grid.yaml").write_text(GRID % 0)
    said = dry_run(
        tmp_path, *presets("smoke.yaml"), tmp_path / "grid.yaml",
        "--set-resources", "sft:gpu=0", "sft:gres='gpu:1'",
    )  # fmt: skip
    asked = [asked for name, asked in jobs(said) if name == "sft"]
    assert len(asked) == 4
    assert {(one["gres"], one["gpu"]) for one in asked} == {("gpu:1", "0")}


def test_profiles_hold_no_option_that_snakemake_does_not_know():
    said = subprocess.run(
        [sys.executable, "-m", "snakemake", "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    ).stdout
    for path in PROFILES.glob("*/config.yaml"):
        for key in yaml.safe_load(path.read_text()):
            assert re.search(rf"--{key}\b", said), f"{path}: {key}"


def test_small_cells_share_jobs_and_cells_with_a_gpu_do_not(tmp_path):
    """40 cells without a GPU: 120 steps in batches of eight cells; the plan is Snakemake's own."""
    (tmp_path / "grid.yaml").write_text(GRID % ", ".join(map(str, range(40))))
    said = dry_run(tmp_path, *presets("smoke.yaml"), tmp_path / "grid.yaml")
    batches = batches_of(said)
    cells = [len(re.findall(r"rule sft:", batch)) for batch in batches]
    assert cells == [8] * 5


def batches_of(said):
    """Find what a dry run prints of each group job."""
    return re.findall(r"Group job cells .*\n((?:\s*\n| +.*\n|\[.*\n(?= ))+)", said)


def test_members_of_a_batch_are_chains_and_hang_on_no_other_member(tmp_path):
    """Where cells hang together the plugin runs two steps at once, in a job that asked for one."""
    batches = batches_of(dry_run(tmp_path, *presets("smoke.yaml")))
    assert batches
    for batch in batches:
        assert "rule sft:" in batch
        assert "smoke-adapter" not in batch
