"""Two runs at once in one folder."""

import json
import subprocess
import sys
import time

import pytest

from ..workflow.same import results
from .runs import Run, surroundings

pytestmark = pytest.mark.faults


def wait_for(process, run, pattern):
    while not list(run.folder.glob(pattern)):
        assert process.poll() is None, run.said()
        time.sleep(0.02)


def test_a_second_run_in_the_same_folder_says_so_and_the_first_is_unharmed(undisturbed, tmp_path):
    first = Run(tmp_path / "run")
    process = first.start("--until", "decontaminate")
    wait_for(process, first, ".snakemake/locks/*")
    wait_for(process, first, "results/faults/synth/summary.json")
    second = Run(first.folder)
    second.starts = 10  # what it says goes to a file of its own
    said = second.snakemake("--until", "decontaminate", check=False)
    assert "Directory cannot be locked" in said
    assert "no other Snakemake process is trying to create the same files" in said
    assert process.wait() == 0, first.said()
    made, whole = results(first.results), results(undisturbed.results)
    assert "faults/decontaminate/rows.parquet" in made
    for name, content in made.items():
        assert content == whole[name], name


def test_two_mixes_to_one_name_leave_one_mix_and_its_manifest(undisturbed, tmp_path):
    rows = undisturbed.results / "faults/decontaminate/rows.parquet"
    call = [
        sys.executable,
        "-m",
        "diversify",
        "mix",
        rows,
        "--budget",
        "200",
        "--strategy",
        "random",
    ]
    both = [
        subprocess.Popen([*call, "--seed", str(seed)], cwd=tmp_path, env=surroundings())
        for seed in (1, 2)
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mix.jsonl", "mix.manifest.json"]
    assert json.loads((tmp_path / "mix.manifest.json").read_text())["options"]["seed"] in (1, 2)
    verify = [sys.executable, "-m", "diversify", "verify", "mix.manifest.json"]
    subprocess.run(verify, cwd=tmp_path, env=surroundings(), check=True)


def test_two_trainings_of_one_run_do_not_share_its_checkpoints(undisturbed, tmp_path):
    rows = next((undisturbed.results / "faults/mix").glob("*/mix.jsonl"))
    flags = ["--layers=1", "--width=32", "--heads=2", "--max-length=40", "--max-steps=400"]
    call = [sys.executable, "-m", "diversify", "sft", rows, *flags, "--save-steps=20"]
    call += ["--checkpoints=kept"]
    with subprocess.Popen([*call, "--out=one"], cwd=tmp_path, env=surroundings()) as first:
        while not list(tmp_path.glob("kept/run-*/checkpoint-*/seal.json")):
            assert first.poll() is None
            time.sleep(0.01)
        second = subprocess.run(
            [*call, "--out=two"], cwd=tmp_path, env=surroundings(), capture_output=True, text=True
        )
        assert first.wait() == 0
    assert second.returncode == 2, second.stderr
    last = second.stderr.splitlines()[-1]
    assert "kept/run-" in last
    assert "another process is training here: wait for it, or name other --checkpoints" in last
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one"]
