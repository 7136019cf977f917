"""Jobs whose run is gone, in real trees of processes."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from diversify.io.orphan import VARIABLE, run_mark

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="Linux tells ends of others")

JOB = (
    "import time; from diversify.io.orphan import stop_with_its_run as stop; stop(); "
    "print('working', flush=True); time.sleep(60)"
)
RUN = """
import os, shlex, subprocess, sys
from diversify.io.orphan import VARIABLE, run_mark
os.environ[VARIABLE] = run_mark()
subprocess.run(["bash", "-c", shlex.join([sys.executable, "-c", sys.argv[1]]) + "; true"])
"""


@pytest.fixture
def tree():
    """A run, its shell and its job at work."""
    call = [sys.executable, "-c", RUN, JOB]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        assert run.stdout.readline() == "working\n"
        shell, job = psutil.Process(run.pid).children(recursive=True)
        assert job.cmdline()[0] == sys.executable
        yield run, shell, job
        for process in (job, shell):
            if process.is_running():
                process.kill()
        run.kill()


@pytest.mark.parametrize("victim", ["run", "shell"])
def test_a_job_stops_when_its_run_or_its_shell_is_killed(tree, victim):
    run, shell, job = tree
    os.kill(run.pid if victim == "run" else shell.pid, signal.SIGKILL)
    assert not psutil.wait_procs([job], timeout=10)[1]
    assert "the run that started this job is gone" in run.stderr.read()


def test_a_job_lives_as_long_as_its_run(tree):
    _, _, job = tree
    time.sleep(0.5)
    assert job.is_running()


def started(mark):
    """Start a job that ends at once unless something stops it; gives its exit code."""
    code = "from diversify.io.orphan import stop_with_its_run as stop; stop(); print('worked')"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, VARIABLE: mark},
        capture_output=True,
        check=False,
    )
    return done.returncode


def test_a_job_that_starts_after_its_run_has_ended_does_no_work():
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    _, _, place = run_mark().partition(" ")
    assert started(f"{gone.pid} {place}") == 1


def test_a_number_from_elsewhere_means_nothing_here():
    assert started("1 another-machine pid:[4026531836]") == 0
    assert started("") == 0


def test_a_job_of_this_very_process_works():
    assert started(run_mark()) == 0
