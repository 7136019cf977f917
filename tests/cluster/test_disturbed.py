"""What happens to jobs on a cluster, each time to the same small run, which must not show it.

The steps of the miniature share one batch, so whatever happens to a step happens to all three.
"""

import os
import signal
import time
from pathlib import Path

import pytest

from ..workflow.same import differences
from .conftest import PROFILE, ROOT
from .lab import wait_until

pytestmark = pytest.mark.cluster
TRAINING = "logs/mini/sft/*.log"


def running(run, slurm):
    [job] = [job for job in slurm.jobs_named(run.name()) if job.state == "RUNNING"]
    return job


def states(run, slurm):
    return [job.state for job in slurm.jobs_named(run.name())]


def test_a_job_above_its_memory_is_killed_and_sent_again_with_more(run, slurm, undisturbed):
    # importing torch and trl takes more than 250 MB, and what starts the step takes as much
    run.start_on_slurm(
        "--set-resources", "sft:mem_mb=attempt * attempt * 250",
        "synth_rewrite:mem_mb=250", "evaluate:mem_mb=250",
    )  # fmt: skip
    run.end()
    batch = slurm.jobs_named(run.name())[:-1]  # the last is the page
    assert [job.state for job in batch] == ["FAILED"] * (len(batch) - 1) + ["COMPLETED"]
    assert [job.memory for job in batch] == ["250M", "1000M", "2250M"][: len(batch)]
    assert len(batch) > 1
    assert differences(run.folder / "results", undisturbed) == []


@pytest.mark.long
def test_a_cancelled_job_is_sent_again(run, slurm, undisturbed):
    run.start_on_slurm()
    run.wait_for(TRAINING)
    slurm.cancel(running(run, slurm))
    run.end()
    assert states(run, slurm) == ["CANCELLED", "COMPLETED", "COMPLETED"]
    assert differences(run.folder / "results", undisturbed) == []


@pytest.mark.long
def test_a_job_that_hangs_is_ended_by_its_limit_and_sent_again_with_a_longer_one(
    run, slurm, undisturbed
):
    one_minute = [f"{rule}:runtime=attempt" for rule in ("synth_rewrite", "sft", "evaluate")]
    run.start_on_slurm("--set-resources", *one_minute)
    run.wait_for(TRAINING)
    os.kill(pid_of("sft", run.folder), signal.SIGSTOP)
    slurm.limit(running(run, slurm), minutes=1)
    run.end()
    first, second, _ = slurm.jobs_named(run.name())
    assert (first.state, second.state) == ("TIMEOUT", "COMPLETED")
    assert (first.limit, second.limit) == ("1:00", "6:00")
    assert differences(run.folder / "results", undisturbed) == []


def pid_of(stage, folder):
    """Find the process of a step by its words and where it works."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            here = (process / "cwd").resolve() == folder.resolve()
            if here and words[1:4] == [b"-m", b"diversify", stage.encode()]:
                return int(process.name)
        except OSError:
            continue  # it ended meanwhile
    raise AssertionError(f"no {stage} at work in {folder}")


@pytest.mark.long
def test_a_drained_node_takes_no_job_until_it_is_resumed(run, slurm, undisturbed):
    run.start_on_slurm()
    run.wait_for(TRAINING)
    slurm.set_node("drain")
    wait_until(lambda: states(run, slurm) == ["COMPLETED", "PENDING"], "the page waits", 240)
    slurm.set_node("resume")
    run.end()
    assert states(run, slurm) == ["COMPLETED", "COMPLETED"]
    assert differences(run.folder / "results", undisturbed) == []


@pytest.mark.long
def test_a_node_that_fails_gives_its_job_back(run, slurm, undisturbed):
    run.start_on_slurm()
    run.wait_for(TRAINING)
    slurm.set_node("down")
    slurm.set_node("resume")
    wait_until(lambda: states(run, slurm) == ["PENDING"], "Slurm sends the job back to the queue")
    run.end()  # Slurm holds the job for two minutes, in which the node lets go of it
    assert states(run, slurm) == ["COMPLETED", "COMPLETED"]
    assert differences(run.folder / "results", undisturbed) == []


@pytest.mark.long
def test_a_controller_that_is_away_for_a_while_loses_no_job(run, slurm, undisturbed):
    """The cluster has no accounting database, so that nobody but the controller can be asked."""
    run.ahead = [ROOT / PROFILE / "without-accounting"]
    run.start_on_slurm()
    run.wait_for(TRAINING)
    slurm.stop_controller()
    wait_until(lambda: "Falling back to 'sacct'" in run.said(), "Snakemake asks in vain", 120)
    time.sleep(10)
    slurm.bring_controller_back()
    run.end()
    assert states(run, slurm) == ["COMPLETED", "COMPLETED"]
    assert differences(run.folder / "results", undisturbed) == []


def test_a_killed_snakemake_says_how_to_go_on_and_does(run, slurm, undisturbed):
    run.start_on_slurm()
    run.wait_for(TRAINING)
    run.kill()
    name = run.name()
    run.start_on_slurm()
    assert "--unlock" in run.fail()
    slurm.cancel_run(name)
    run.start_on_slurm("--unlock")
    run.end()
    run.start_on_slurm()
    run.end()
    assert differences(run.folder / "results", undisturbed) == []
