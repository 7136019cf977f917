"""A disk that fills up, or can only be read: one line, nothing half-written, and it goes on."""

import re
import shutil
import time

import pytest

from ..workflow.same import differences, lasting, results
from .disks import fill, make_room, read_only, small_disk, writable
from .runs import Run, command

pytestmark = pytest.mark.faults

SHORT = ["ingest rows", "cluster", "mix"]
LONG = [
    "synth_editing", "dedup", "decontaminate", "embed", "measure", "map", "sft", "evaluate",
    "report",
]  # fmt: skip
LINE = r"results\S*: no space left on the disk: make room and run the same command again"
# the disk has room when training is checked, and is full when the model is saved
FULL_LATER = """python() {{ command python -c '
import sys
import diversify.training.sft as sft
from pathlib import Path
from tests.faults.disks import fill
sft.check_room = lambda *_: fill(Path("results"))
from diversify.cli.app import main
main(sys.argv[3:])
' "$@"; }}; PYTHONPATH={root} """


@pytest.fixture
def disk(undisturbed, tmp_path):
    """A small disk that holds the results of the undisturbed run, and a folder to run in."""
    shutil.copytree(undisturbed.folder / "logs", tmp_path / "logs")
    with small_disk(tmp_path / "results") as results:
        shutil.copytree(undisturbed.results, results, dirs_exist_ok=True)
        yield results


def outputs(undisturbed, stage):
    """Name the files of a job, of which none is there when it starts."""
    line = undisturbed.commands()[stage]
    flags = r"--(?:out|summary|dropped|tests-out|terms|html|items) (results/\S+)"
    named = [path.removeprefix("results/") for path in re.findall(flags, line)]
    return line, [path for path in results(undisturbed.results) if path.startswith(tuple(named))]


def told(folder, line):
    """Read the log that a shell line names."""
    return (folder / re.search(r"> (\S+\.log)", line)[1]).read_text()


def parametrized():
    return [*SHORT, *(pytest.param(stage, marks=pytest.mark.long) for stage in LONG)]


@pytest.mark.parametrize("left", [0, pytest.param(8192, marks=pytest.mark.long)])
@pytest.mark.parametrize("stage", parametrized())
def test_a_full_disk_is_one_line_and_with_room_the_same_command_ends_the_same(
    undisturbed, disk, stage, left
):
    line, files = outputs(undisturbed, stage)
    line = line.replace("--save-steps=20", "")
    assert files
    for name in files:
        (disk / name).unlink()
    if stage == "sft":
        shutil.rmtree(next(disk.glob("faults/sft/*/model")))
    fill(disk, left)
    code = command(line, disk.parent).wait()
    said = told(disk.parent, line)
    there = [name for name in files if (disk / name).exists()]
    if stage != "sft" and left and not code:
        pytest.skip(f"{stage} writes no more than {left} bytes")
    assert code == 2, said
    assert "Traceback" not in said
    if stage != "sft":  # which looks for room before it starts
        assert re.fullmatch(f"diversify: {LINE}", said.splitlines()[-1]), said
    else:
        assert re.search("the disk has .* bytes free, and .* are needed", said.splitlines()[-1])
    for name in there:
        whole = undisturbed.results
        assert lasting(disk / name, disk) == lasting(whole / name, whole), name
    assert len(there) < len(files)
    assert not [path for path in disk.rglob(".*") if path.name != ".snakemake_timestamp"]
    make_room(disk)
    assert command(line, disk.parent).wait() == 0, told(disk.parent, line)
    changed = differences(undisturbed.results, disk)
    # the summary notes save_steps, which is no part of what was trained
    assert [
        name for name in changed if not (stage == "sft" and name.endswith("summary.json"))
    ] == []


def test_a_disk_that_fills_up_during_training_keeps_what_was_sealed(undisturbed, disk):
    line, files = outputs(undisturbed, "sft")
    shutil.rmtree(next(disk.glob("faults/sft/*")))
    process = command(line, disk.parent)
    while not list(disk.glob("faults/sft/*/checkpoints/run-*/checkpoint-*/seal.json")):
        assert process.poll() is None, told(disk.parent, line)
        time.sleep(0.005)
    fill(disk)
    assert process.wait() == 2
    said = told(disk.parent, line)
    assert "Traceback" not in said
    assert re.fullmatch(f"diversify: {LINE}", said.splitlines()[-1]), said
    assert not any((disk / name).exists() for name in files)
    make_room(disk)
    assert command(line, disk.parent).wait() == 0
    assert "going on from here" in told(disk.parent, line)
    assert differences(undisturbed.results, disk) == []


@pytest.mark.long
def test_a_disk_that_is_full_when_the_model_is_saved(undisturbed, disk):
    from .runs import ROOT

    line, _ = outputs(undisturbed, "sft")
    line = line.replace("--save-steps=20", "")
    shutil.rmtree(next(disk.glob("faults/sft/*")))
    assert command(line, disk.parent, FULL_LATER.format(root=ROOT)).wait() == 2
    said = told(disk.parent, line)
    assert re.fullmatch(f"diversify: {LINE}", said.splitlines()[-1]), said
    assert not list(disk.glob("faults/sft/*/*"))
    make_room(disk)
    assert command(line, disk.parent).wait() == 0
    assert [one for one in differences(undisturbed.results, disk) if "summary" not in one] == []


def test_results_that_can_only_be_read_are_one_line(undisturbed, disk):
    line, files = outputs(undisturbed, "dedup")
    for name in files:
        (disk / name).unlink()
    read_only(disk)
    assert command(line, disk.parent).wait() == 2
    said = told(disk.parent, line)
    assert re.fullmatch(
        r"diversify: results/\S+: the disk is read-only: name a place .*", said.strip()
    )
    writable(disk)
    assert command(line, disk.parent).wait() == 0
    assert differences(undisturbed.results, disk) == []


def test_snakemake_says_that_results_can_only_be_read(tmp_path):
    with small_disk(tmp_path / "results") as results:
        read_only(results)
        said = Run(tmp_path).snakemake(check=False)
        writable(results)
    assert "Traceback" not in said
    assert "Failed to create output directory results/" in said
    assert "Read-only file system: 'results/" in said
