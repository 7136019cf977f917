"""A real process, really killed, against the same run in this process, never stopped."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from safetensors.torch import load_file

from diversify.config.sft import SftOptions
from diversify.io.training_rows import read_training_rows
from diversify.training.sft import train

pytestmark = pytest.mark.workflow

OPTIONS = SftOptions(
    layers=1,
    width=32,
    heads=2,
    max_length=32,
    max_steps=120,
    per_device_train_batch_size=16,
    precision="fp32",
    save_steps=10,
    save_total_limit=2,
)


def command(folder):
    given = OPTIONS.model_dump(exclude_defaults=True).items()
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in given]
    places = ["--out=model", "--checkpoints=kept", "--summary=summary.json", "--threads=1"]
    words = [sys.executable, "-m", "diversify", "sft", "rows.jsonl", *flags, *places]
    return {"args": words, "cwd": folder, "env": {**os.environ, "OMP_NUM_THREADS": "1"}}


def wait_for(process, folder, pattern):
    """Wait until a running process has written a file, without a pause it could end in."""
    while not any(folder.glob(pattern)):
        assert process.poll() is None, f"it ended without {pattern}"
        time.sleep(0.002)


def test_a_run_killed_in_its_midst_ends_the_same_by_the_same_command(rewrite_data, tmp_path):
    rows = rewrite_data.train.head(100)[["instruction", "input", "response"]]
    rows.to_json(tmp_path / "rows.jsonl", orient="records", lines=True)

    with subprocess.Popen(**command(tmp_path)) as process:
        wait_for(process, tmp_path, "kept/run-*/checkpoint-20/seal.json")
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "model").exists()
    assert not (tmp_path / "summary.json").exists()

    second = subprocess.run(**command(tmp_path), capture_output=True, text=True, check=True)
    assert "going on from here" in second.stderr
    document = json.loads((tmp_path / "summary.json").read_text())
    assert 20 <= document["resumed_from"] < OPTIONS.max_steps
    assert not (tmp_path / "kept").exists()

    read = read_training_rows(tmp_path / "rows.jsonl")
    whole = train(read, read, OPTIONS, tmp_path / "whole", 1)
    assert document["steps"] == whole.steps == OPTIONS.max_steps
    assert document["tokens_seen"] == whole.tokens_seen
    assert [tuple(point) for point in document["loss"]] == whole.loss
    killed, kept = (load_file(tmp_path / name / "model.safetensors") for name in ("model", "whole"))
    assert killed.keys() == kept.keys()
    assert all(torch.equal(killed[name], kept[name]) for name in kept)
