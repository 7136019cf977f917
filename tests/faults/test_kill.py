"""`kill -9` at random moments: the same command ends in the same bytes, and redoes nothing.

DIVERSIFY_KILLS sets how many (5), DIVERSIFY_KILL_SEED which moments: a failure names its seed.
"""

import json
import os
import random
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import yaml

from ..workflow.same import differences
from .runs import SMALL, Run, jobs

pytestmark = pytest.mark.faults

KILLS = int(os.environ.get("DIVERSIFY_KILLS", "5"))
SEED = int(os.environ.get("DIVERSIFY_KILL_SEED", "0"))
SHARE = 0.6
"""A run is killed within this share of the time that an undisturbed one takes."""
GRACE = 10
"""Seconds within which the jobs of a dead run must be gone."""


@dataclass
class Campaign:
    """One folder, killed and started again until it comes to its end."""

    run: Run
    rng: random.Random
    longest: float
    finished: dict = field(default_factory=dict)
    """Jobs that Snakemake saw finish, with the times of their outputs."""
    resumed: int = 0

    def kill_once(self):
        """Start the run, kill one of its processes; gives what was hit, or None at its end."""
        moment = self.rng.uniform(0.5, self.longest)
        process = self.run.start("--rerun-incomplete")
        started = time.monotonic()
        while time.monotonic() - started < moment and process.poll() is None:
            time.sleep(0.01)
        tree = tree_of(process.pid)
        what, victim = self.drawn(tree)
        hit = what if killed(victim) else None
        code = process.wait()
        self.check_nothing_lives(tree)
        self.check_nothing_was_redone()
        assert hit or code == 0, self.run.said() + self.run.logs()
        return (f"{moment:.2f} s", hit, code) if code else None

    def drawn(self, tree):
        """Draw a kind of process first, because most are of one kind."""
        kinds = {}
        for what, process in [(words(process), process) for process in tree]:
            kinds.setdefault(what.split()[0], []).append((what, process))
        kinds.pop("gone", None)
        return self.rng.choice(kinds[self.rng.choice(sorted(kinds))]) if kinds else (None, None)

    def check_nothing_lives(self, tree):
        """See that no job goes on working for a run that is dead."""
        _, alive = psutil.wait_procs(tree, GRACE)
        assert not alive, [words(process) for process in alive]

    def check_nothing_was_redone(self):
        """See that no finished job was started again, and that its outputs were left alone."""
        started, finished = jobs(self.run.said())
        assert not started & self.finished.keys()
        for job, times in self.finished.items():
            assert self.times(job) == times, job
        self.finished |= {job: self.times(job) for job in finished}

    def times(self, job):
        return [(self.run.folder / path).stat().st_mtime_ns for path in job[1] if path]

    def unlock(self):
        """Remove the lock of a Snakemake that was killed, which says itself what to do."""
        locks = self.run.folder / ".snakemake" / "locks"
        if not (locks.is_dir() and any(locks.iterdir())):
            return False
        said = self.run.snakemake("--rerun-incomplete", check=False)
        assert "cannot be locked" in said
        assert "--unlock" in said
        self.run.snakemake("--unlock")
        return True


def tree_of(pid):
    """List a run's Snakemake and all that it started."""
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def killed(process):
    try:
        if process is None:
            return False
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def words(process):
    """Say what a process is: snakemake, the shell of a job, or a job."""
    try:
        line = process.cmdline()
    except psutil.Error:
        return "gone"
    if "snakemake" in line:
        return "snakemake"
    if line and Path(line[0]).name in ("bash", "sh"):
        return "shell"
    return f"job {line[3]}" if line[1:3] == ["-m", "diversify"] else "helper"


def sealed_step(run):
    """Give the step of the last checkpoint that a killed training left."""
    seals = run.results.glob("faults/sft/*/checkpoints/run-*/checkpoint-*/seal.json")
    return max((int(path.parent.name.split("-")[1]) for path in seals), default=None)


def test_a_run_killed_at_any_moment_ends_in_the_same_bytes(undisturbed, tmp_path):
    length = (undisturbed.results / "report/index.html").stat().st_mtime - min(
        path.stat().st_mtime for path in undisturbed.results.rglob("*") if path.is_file()
    )
    rng = random.Random(SEED)
    done = rounds = unlocked = resumed = 0
    while done < KILLS:
        campaign = Campaign(Run(tmp_path / f"round-{rounds}"), rng, SHARE * length)
        step, ended = None, False
        while done < KILLS and not ended:
            hit = campaign.kill_once()
            done, ended = done + bool(hit), hit is None
            print(f"seed {SEED}, round {rounds}: {hit or 'came to its end'}", flush=True)
            unlocked += campaign.unlock()
            step = sealed_step(campaign.run) or step
        if not ended:
            campaign.run.snakemake("--rerun-incomplete")
            campaign.check_nothing_was_redone()
        assert differences(undisturbed.results, campaign.run.results) == []
        assert not list(campaign.run.results.rglob("checkpoints"))
        (summary,) = campaign.run.results.glob("faults/sft/*/summary.json")
        noted = json.loads(summary.read_text())["resumed_from"]
        if step is not None:
            assert noted is not None
            assert noted >= step
            resumed += 1
        rounds += 1
    assert "Nothing to be done" in campaign.run.snakemake("--dry-run")
    print(
        f"{done} kills, {done} recovered in {rounds} runs: same bytes, no finished job redone; "
        f"{unlocked} locks explained and removed, {resumed} trainings resumed"
    )


def test_a_stage_that_fails_in_a_finished_folder_is_run_again(undisturbed, tmp_path):
    """The report that is there was made of what the stage gave before: it is no longer right."""
    run = Run(tmp_path / "run")
    shutil.copytree(undisturbed.folder, run.folder, dirs_exist_ok=True)
    config = yaml.safe_load(SMALL.read_text())
    config["experiments"]["faults"]["map"]["steps"] = 260
    run.config = tmp_path / "edited.yaml"
    run.config.write_text(yaml.safe_dump(config))
    process = run.start()
    while not (found := [one for one in tree_of(process.pid) if words(one) == "job map"]):
        assert process.poll() is None, run.said()
        time.sleep(0.01)
    killed(found[0])
    assert process.wait() == 1
    assert not (run.results / "faults/map/map.json").exists()
    said = run.snakemake()
    assert {rule for rule, _ in jobs(said)[1]} == {"map", "report", "all"}
