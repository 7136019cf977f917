"""A clock that goes wrong between runs."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from ..workflow.same import differences
from .runs import SMALL, Run, jobs

pytestmark = pytest.mark.faults

HOUR = 3600 * 10**9
MENDED = 'find results logs benchmarks -newermt now -exec touch -d "$(date -Ins)" {} +'
"""As docs/faults.md has it: all files of the future get one time, so that none is the newer."""
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


@pytest.fixture
def finished(undisturbed, tmp_path):
    """A copy of the undisturbed run, with its times."""
    folder = tmp_path / "run"
    shutil.copytree(undisturbed.folder, folder)
    return Run(folder)


def clock_set_back(run, hours):
    """Make all files of a run as old as they look after its clock was set back."""
    for name in ("results", "logs", "benchmarks"):
        for path in [run.folder / name, *(run.folder / name).rglob("*")]:
            os.utime(path, ns=(path.stat().st_mtime_ns + hours * HOUR,) * 2)


def rules(said):
    return {rule for rule, _ in jobs(said)[0]} - {"all"}


def test_after_the_clock_was_set_back_there_is_nothing_to_do(finished):
    clock_set_back(finished, hours=2)
    assert "Nothing to be done" in finished.snakemake("--dry-run")


def test_what_would_rerun_without_end_is_said_and_one_line_mends_it(finished, tmp_path):
    clock_set_back(finished, hours=2)
    config = yaml.safe_load(SMALL.read_text())
    config["experiments"]["faults"]["map"]["steps"] = 260
    finished.config = tmp_path / "edited.yaml"
    finished.config.write_text(yaml.safe_dump(config))
    said = finished.snakemake(check=False)
    assert "has older modification time" in said
    assert "clock skew" in said
    assert not (finished.results / "faults/map/map.json").exists()
    subprocess.run(["bash", "-c", MENDED], cwd=finished.folder, check=True)
    assert rules(finished.snakemake()) == {"map", "report"}
    assert "Nothing to be done" in finished.snakemake("--dry-run")


@pytest.mark.long
@pytest.mark.skipif(not FAKETIME.exists(), reason="needs libfaketime")
def test_a_clock_set_back_in_mid_run_is_said_and_with_the_right_time_it_ends_the_same(
    undisturbed, tmp_path
):
    run = Run(tmp_path / "run")
    run.snakemake("--until", "cluster")
    process = run.start(LD_PRELOAD=str(FAKETIME), FAKETIME="-1d", NO_FAKE_STAT="1")
    # it says so and has ended; under libfaketime its last thread may wait for ever
    while "Elapsed time" not in run.said():
        assert process.poll() is None or "Elapsed time" in run.said()
        time.sleep(0.1)
    process.kill()
    process.wait()
    assert "clock skew" in run.said()
    shutil.rmtree(run.folder / ".snakemake" / "locks", ignore_errors=True)
    run.snakemake("--rerun-incomplete")
    assert differences(undisturbed.results, run.results) == []
    assert "Nothing to be done" in run.snakemake("--dry-run")


def test_a_source_edited_under_a_clock_set_back_is_read_again(tmp_path):
    config = yaml.safe_load(SMALL.read_text())
    experiment = config["experiments"]["faults"]
    del experiment["synth"]
    for name in ("code", "held"):
        line = '{{"instruction": "{} {}", "output": "b"}}\n'
        (tmp_path / f"{name}.jsonl").write_text("".join(line.format(name, n) for n in range(9)))
    experiment |= {
        "core": "code",
        "sources": {"code": [str(tmp_path / "code.jsonl")]},
        "tests": {"held": [str(tmp_path / "held.jsonl")]},
    }
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(config))
    run = Run(tmp_path / "run", path)
    run.snakemake("--until", "ingest")
    assert rules(run.snakemake("--until", "ingest", "--dry-run")) == set()
    source = tmp_path / "code.jsonl"
    source.write_text(source.read_text().replace("code 3", "code three"))
    os.utime(source, ns=(source.stat().st_mtime_ns - 24 * HOUR,) * 2)
    assert rules(run.snakemake("--until", "ingest", "--dry-run")) == {"ingest"}
