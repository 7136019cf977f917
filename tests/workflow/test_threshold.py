"""`diversify threshold` with real Snakemake: six tiny models, killed among them and resumed.

A model learns one rule by heart in 20 steps, and not 400 of them: accuracy on their rows falls.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.workflow

MINIATURE = """
run: [mini]
experiments:
  mini:
    extends: smoke-rewrite
    grid: {instructions: [1, 400], examples: [1000], seeds: [0]}
    synth: {input_length: 2, pattern_length: 2, noop_share: 0.0, tests: 100}
    sft: {learning_rate: 1.0e-2}
"""
WORDS = [
    "threshold", "mini", "--configfile", "config.yaml", "workflow/presets/smoke.yaml", "mini.yaml",
    "--set", "train", "--values", "1,20,400", "--seeds", "2", "--max-seeds", "2", "--cores", "2",
]  # fmt: skip
MINUTES = 5


@pytest.fixture
def start(checkout):
    """Begin a search in a process group of its own, which may be killed whole."""
    (checkout.folder / "mini.yaml").write_text(MINIATURE)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"

    def begin():
        return subprocess.Popen(
            [sys.executable, "-m", "diversify", *WORDS],
            cwd=checkout.folder,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(checkout.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    return begin


def started(folder):
    """Count the models whose training was begun."""
    logs = folder.glob("results/mini-threshold/rounds/*.log")
    return sum(log.read_text().count("rule sft:") for log in logs)


def wait_for(seen, process):
    for _ in range(MINUTES * 60 * 10):
        if seen():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def test_a_search_killed_in_its_second_round_goes_on_and_trains_no_model_twice(checkout, start):
    folder = checkout.folder
    rounds = folder / "results/mini-threshold/rounds"
    search = start()
    wait_for(lambda: (rounds / "round-01.json").exists() and started(folder) > 4, search)
    os.killpg(search.pid, signal.SIGKILL)
    search.communicate()
    first = (rounds / "round-01.json").read_bytes()
    scores = folder.glob("results/mini-threshold-seed*/evaluate/*/scores.json")
    made = {path: path.stat().st_mtime_ns for path in scores}
    assert len(made) >= 4
    before = started(folder)

    search = start()
    out, err = search.communicate(timeout=MINUTES * 60)
    assert search.returncode == 0, err
    assert "1 round done before: the search goes on from there" in err
    assert (rounds / "round-01.json").read_bytes() == first
    assert {path: path.stat().st_mtime_ns for path in made} == made
    assert started(folder) - before <= 6 - len(made)
    models = list(folder.glob("results/mini-threshold-seed*/sft/*/summary.json"))
    assert len(models) == 6
    assert out.startswith("mini: train accuracy passes 0.5 at instructions ")

    document = json.loads((rounds.parent / "threshold.json").read_text())
    assert (document["direction"], document["why"]) == ("falling", "coarse")
    assert (document["cost"]["runs"], document["rounds"]) == (6, 2)
    assert document["cost"]["seconds"] > 0
    for low, high in document["brackets"].values():
        assert (low, high) in [(1, 20), (20, 400)]
