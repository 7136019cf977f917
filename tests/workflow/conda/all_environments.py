"""`snakemake --use-conda`, whole: four environments are made, and the smoke preset runs in them.

What is real and what stands in for conda is said in test_report_environment.py. Run by
`make conda-tests`: making the environments takes minutes, most of them for torch, three times.
"""

from pathlib import Path

import pytest

from diversify.workflow.environments import ABOUT
from tests.workflow.conda.machine import jobs_run, watched

pytestmark = pytest.mark.workflow

RUN_IN = {
    "curation": {"synth", "ingest", "dedup", "decontaminate", "embed", "cluster", "mix", "measure"},
    "training": {"sft"},
    "evaluation": {"evaluate"},
    "report": {"report"},
}


@pytest.fixture(scope="module")
def run(machine, bare, tmp_path_factory):
    """The smoke preset from nothing, in a folder elsewhere; gives that and what ran where."""
    place = tmp_path_factory.mktemp("place")
    ran = watched(bare.folder)
    done = machine.snakemake(
        bare.folder, "--directory", place, "--quiet", "rules", cwd=place.parent
    )
    assert done.returncode == 0, done.stderr
    return place, jobs_run(ran)


def test_every_job_of_the_smoke_preset_runs_in_the_environment_of_its_rule(machine, run):
    place, jobs = run
    assert set(RUN_IN) == set(ABOUT)
    assert set().union(*RUN_IN.values()) <= jobs.keys()
    assert {folder for ran in jobs.values() for _, folder in ran} == {str(place)}
    prefixes = {
        kind: {prefix for command in commands for prefix, _ in jobs[command]}
        for kind, commands in RUN_IN.items()
    }
    assert all(len(found) == 1 for found in prefixes.values()), prefixes
    assert len(set.union(*prefixes.values())) == len(ABOUT)
    assert {Path(prefix).parent for found in prefixes.values() for prefix in found} == {
        machine.environments
    }
    assert "Smoke run" in (place / "results/smoke-report/index.html").read_text()


def test_rows_are_picked_in_these_environments_as_without_conda(run, finished):
    place, _ = run
    mixes = sorted(place.glob("results/smoke-data/mix/*/mix.jsonl"))
    assert len(mixes) == 2
    for mix in mixes:
        assert mix.read_bytes() == (finished.folder / mix.relative_to(place)).read_bytes()
