"""`snakemake --use-conda`, short: one environment, the one without torch.

What is real: Snakemake's deployment, rattler's solver and installer, pip and the pinned packages.
What is not: conda itself and conda-forge; `python` and `pip` come from a channel made on the spot
(see standin.py). `make conda-tests` makes all four environments, and runs everything in them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflow.conda.machine import Machine, jobs_run, watched

pytestmark = pytest.mark.workflow

REPORT = ["--allowed-rules", "report", "--forcerun", "report"]


@pytest.fixture
def place(finished, tmp_path):
    """A folder elsewhere that holds what the report is made of."""
    shutil.copytree(finished.folder / "results", tmp_path / "place" / "results")
    return tmp_path / "place"


def locked(checkout):
    return {line.lower() for line in (checkout / "requirements.lock").read_text().split()}


def test_a_job_runs_in_the_pinned_environment_of_its_rule_wherever_it_was_started(
    machine, checkout, place
):
    ran = watched(checkout.folder)
    page = place / "results/smoke-report/index.html"
    page.unlink()
    run = machine.snakemake(checkout.folder, "--directory", place, *REPORT, cwd=place.parent)
    assert run.returncode == 0, run.stderr
    assert "Smoke run" in page.read_text()
    [(prefix, folder)] = jobs_run(ran)["report"]
    assert Path(prefix).parent == machine.environments
    assert Path(folder) == place

    python = Path(prefix) / "bin/python"
    frozen = subprocess.check_output([python, "-m", "pip", "freeze"], text=True, env={})
    spec = (checkout.folder / "envs/report.yaml").read_text()
    pinned = {line.strip("- ").lower() for line in spec.splitlines() if "==" in line}
    assert {line.lower() for line in frozen.split()} == pinned <= locked(checkout.folder)
    assert "torch" not in frozen
    broken = subprocess.run([python, "-m", "pip", "check"], capture_output=True, text=True, env={})
    assert broken.returncode == 0, broken.stdout

    again = machine.snakemake(checkout.folder, "--directory", place, *REPORT)
    assert again.returncode == 0
    assert "Creating conda environment" not in again.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("python=3.11", "python=9.9", "No candidates were found for python 9.9.*"),
        ("six==", "six==999.", "No matching distribution found for six==999."),
    ],
    ids=["conda", "pip"],
)
def test_a_package_that_is_nowhere_stops_the_run_and_leaves_no_environment(
    machine, checkout, old, new, said
):
    before = set(machine.environments.glob("*_"))
    checkout.edit("envs/report.yaml", old, new)
    run = machine.snakemake(checkout.folder, *REPORT)
    assert run.returncode == 1
    assert said in run.stderr
    assert "Could not create conda environment" in run.stderr
    assert "Traceback" not in run.stderr
    assert set(machine.environments.glob("*_")) == before


def on_path(folder):
    """The environment variables of a shell that finds this conda, or none."""
    return {**os.environ, "PATH": f"{folder}:{Path(sys.executable).parent}:/usr/bin:/bin"}


def dry_run(checkout, folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run", *words],
        cwd=checkout.folder, env=on_path(folder), capture_output=True, text=True,
    )  # fmt: skip


def test_without_a_conda_one_line_says_what_to_do(bare, tmp_path):
    run = dry_run(bare, tmp_path, "--use-conda")
    assert run.returncode == 2
    told = run.stderr.splitlines()[-1]
    assert told.startswith("--use-conda: there is no conda on the PATH: install conda 24.7.1")
    assert "leave --use-conda out" in told
    assert "Traceback" not in run.stderr
    assert dry_run(bare, tmp_path).returncode == 0


def test_a_conda_that_is_too_old_is_named(bare, tmp_path):
    machine = Machine(tmp_path / "conda")
    machine.place_conda("#!/bin/sh\necho conda 23.11.0\n")
    run = dry_run(bare, machine.folder / "bin", "--use-conda")
    assert run.returncode == 2
    assert "--use-conda: conda 23.11.0 is too old: install conda 24.7.1" in run.stderr
