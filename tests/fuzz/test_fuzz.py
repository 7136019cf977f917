"""A small share of what `python -m tests.fuzz --cases 100000` tries."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from diversify.io.formats import json_window

from .laws import try_case
from .trial import Trial, try_all

ROOT = Path(__file__).parents[2]
CASES, BY_COMMAND_LINE = 1000, 100
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_any_file_is_read_whole_or_refused_in_one_line(part, monkeypatch):
    monkeypatch.setattr(json_window, "PIECE", json_window.PIECE)  # the cases vary it
    trial = try_all(range(part, CASES, PARTS), try_case, Trial())
    assert not trial.faults, "\n".join(trial.faults)
    assert trial.ends.total() == CASES // PARTS
    assert min(trial.ends["read"], trial.ends["refused"]) > 50
    assert len(trial.kinds) >= 25
    assert "DIVERSIFY_WAS_TRAPPED" not in os.environ


def test_the_command_line_reads_any_file_or_says_one_line():
    # a process of its own, because one with the threads of other tests must not fork
    words = ["--command-line", "--cases", str(BY_COMMAND_LINE), "--seed", str(CASES)]
    call = [sys.executable, "-m", "tests.fuzz", *words]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{BY_COMMAND_LINE} cases in ")
