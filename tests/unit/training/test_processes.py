"""One run by two processes that accelerate starts, against the same run by one."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time

import psutil
import pytest
from safetensors.numpy import load_file

from diversify.training.launch import launcher

pytestmark = pytest.mark.workflow

FLAGS = (
    "--layers 1 --width 32 --heads 2 --max-length 32 --precision fp32 --device cpu"
    " --num-train-epochs 4 --learning-rate 3e-3"
)
ROWS = 97
"""In batches of 16 the last of an epoch has one row: the second process has none."""
BATCHES = {
    "batches": ("--per-device-train-batch-size 16", "--per-device-train-batch-size 8"),
    "batches in parts": (
        "--per-device-train-batch-size 8 --gradient-accumulation-steps 2",
        "--per-device-train-batch-size 4 --gradient-accumulation-steps 2",
    ),
}
SUMS = 1e-5
"""Largest difference of a weight in float32: sums in another order, over 28 steps."""


@pytest.fixture(scope="module")
def folder(rewrite_data, tmp_path_factory):
    made = tmp_path_factory.mktemp("runs")
    rows = rewrite_data.train.head(ROWS)[["instruction", "input", "response"]].copy()
    rows["response"] = [text[: 1 + i % len(text)] for i, text in enumerate(rows["response"])]
    rows.to_json(made / "rows.jsonl", orient="records", lines=True)
    return made


def words(processes, flags, name):
    start = shlex.split(launcher(processes))
    places = f"--out {name} --summary {name}.json --checkpoints {name}.kept --threads 2"
    return [
        sys.executable,
        *start[1:],
        "sft",
        "rows.jsonl",
        *shlex.split(f"{FLAGS} {flags} {places}"),
    ]


def run(folder, processes, flags, name):
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        words(processes, flags, name), cwd=folder, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done, json.loads((folder / f"{name}.json").read_text())


def assert_close(folder, first, second):
    one, two = (load_file(folder / name / "model.safetensors") for name in (first, second))
    assert one.keys() == two.keys()
    assert max(abs(one[name] - two[name]).max() for name in one) < SUMS


@pytest.mark.parametrize(("one", "two"), BATCHES.values(), ids=BATCHES)
def test_two_processes_take_the_steps_of_one_with_batches_of_double_size(folder, one, two, request):
    """The loss is what is differentiated: where it is the same, the gradient has its scale."""
    name = request.node.callspec.id.replace(" ", "-")
    _, alone = run(folder, 1, one, f"one-{name}")
    done, shared = run(folder, 2, two, f"two-{name}")
    assert done.stdout.count("model in") == 1
    assert (shared["steps"], shared["tokens_seen"]) == (alone["steps"], alone["tokens_seen"])
    assert [step for step, _ in shared["loss"]] == [step for step, _ in alone["loss"]]
    for (_, here), (_, there) in zip(shared["loss"], alone["loss"], strict=True):
        assert here == pytest.approx(there, abs=1e-4)
    assert_close(folder, f"one-{name}", f"two-{name}")


def test_two_processes_that_are_killed_go_on_together(folder):
    flags = "--per-device-train-batch-size 8 --save-steps 5 --max-steps 90"
    _, whole = run(folder, 2, flags, "whole")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(words(2, flags, "killed"), cwd=folder, env=environment) as launched:
        while not any(folder.glob("killed.kept/run-*/checkpoint-10/seal.json")):
            assert launched.poll() is None
            time.sleep(0.002)
        workers = psutil.Process(launched.pid).children(recursive=True)
        for process in (*workers, launched):
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs(workers)
    assert not (folder / "killed").exists()
    done, resumed = run(folder, 2, flags, "killed")
    assert done.stderr.count("going on from here") == 1
    assert resumed["resumed_from"] >= 10
    assert resumed["tokens_seen"] == whole["tokens_seen"]
    assert resumed["loss"] == whole["loss"]
    assert_close(folder, "whole", "killed")
