"""Checkpoints as folders of files: no model is needed to see whether they are whole."""

import hashlib
import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from diversify.config.sft import SftOptions
from diversify.training.checkpoints import (
    clear,
    fault_of,
    folder_of,
    identity,
    newest_whole,
    open_folder,
    prune,
    seal,
)
from diversify.training.encoded import join_rows

ROWS = join_rows([[1, 2], [3]], [[4], [5, 6]])


def model(value=1.0):
    weights = {"b": torch.tensor(value), "a": torch.ones(2, 3, dtype=torch.bfloat16)}
    return SimpleNamespace(state_dict=lambda: weights)


def whose(**changes):
    return identity(model(), ROWS, SftOptions(**changes), processes=1)


@pytest.fixture
def run(tmp_path):
    """A run with checkpoints of the steps 5, 10 and 20, all whole."""
    made = folder_of(tmp_path / "checkpoints", whose())
    open_folder(made, whose())
    for step in (5, 10, 20):
        checkpoint = made.folder / f"checkpoint-{step}"
        (checkpoint / "deep").mkdir(parents=True)
        (checkpoint / "weights").write_bytes(b"weights of %d" % step)
        (checkpoint / "deep" / "state").write_bytes(b"state")
        seal(checkpoint, made.fingerprint)
    return made


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_the_last_whole_checkpoint_is_taken_by_number_not_by_name(run):
    assert newest_whole(run) == (run.folder / "checkpoint-20", [])


def test_the_note_of_a_hash_is_the_hash(run):
    noted = json.loads((run.folder / "checkpoint-5" / "seal.json").read_text())["files"]
    assert noted == {
        "weights": hashlib.sha256(b"weights of 5").hexdigest(),
        "deep/state": hashlib.sha256(b"state").hexdigest(),
    }


DAMAGES = {
    "a flipped byte": (lambda at: flip(at / "weights"), "weights is not what was written"),
    "a cut file": (lambda at: (at / "weights").write_bytes(b""), "weights is not what was written"),
    "a lost file": (lambda at: (at / "deep" / "state").unlink(), "deep/state is missing"),
    "no seal": (lambda at: (at / "seal.json").unlink(), "it was never finished"),
    "a flipped seal": (lambda at: flip(at / "seal.json"), "its seal.json is damaged"),
    "half a seal": (lambda at: (at / "seal.json").write_text("{"), "its seal.json is damaged"),
    "an empty seal": (lambda at: (at / "seal.json").write_text("{}"), "its seal.json is damaged"),
}


@pytest.mark.parametrize(("damage", "why"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_checkpoint_is_said_and_removed_and_the_one_before_taken(run, damage, why):
    damage(run.folder / "checkpoint-20")
    found, said = newest_whole(run)
    assert found == run.folder / "checkpoint-10"
    assert said == [f"{run.folder / 'checkpoint-20'}: {why}: not used"]
    assert not (run.folder / "checkpoint-20").exists()


def test_a_flipped_bit_of_a_seal_is_found_wherever_it_is(run):
    checkpoint = run.folder / "checkpoint-5"
    intact = (checkpoint / "seal.json").read_bytes()
    for place in range(0, len(intact), 5):
        changed = bytearray(intact)
        changed[place] ^= 1 << place % 8
        (checkpoint / "seal.json").write_bytes(changed)
        if fault_of(checkpoint, run.fingerprint) is None:
            # white space, which JSON does not see
            assert json.loads(changed) == json.loads(intact)


def test_where_none_is_whole_there_is_none(run):
    for step in (5, 10, 20):
        flip(run.folder / f"checkpoint-{step}" / "weights")
    found, said = newest_whole(run)
    assert found is None
    assert len(said) == 3


def test_a_checkpoint_copied_from_another_run_is_not_used(run):
    other = folder_of(run.folder.parent, whose(learning_rate=0.5))
    open_folder(other, whose(learning_rate=0.5))
    shutil.copytree(run.folder / "checkpoint-5", other.folder / "checkpoint-5")
    found, said = newest_whole(other)
    assert found is None
    assert said == [f"{other.folder / 'checkpoint-5'}: it is of another run: not used"]


def test_other_runs_are_named_with_what_differs(run):
    mine = {**whose(seed=3), "processes": 2}
    assert folder_of(run.folder.parent, mine).others == [
        f"{run.folder}: checkpoints of another run (options.seed, processes differ): not used"
    ]
    (run.folder / "run.json").unlink()
    assert folder_of(run.folder.parent, mine).others == [
        f"{run.folder}: checkpoints of an unknown run: not used"
    ]


def test_weights_rows_and_options_make_a_run():
    first = whose()
    assert whose() == first
    assert identity(model(2.0), ROWS, SftOptions(), processes=1)["weights"] != first["weights"]
    longer = join_rows([[1, 2], [3]], [[4], [5, 7]])
    assert identity(model(), longer, SftOptions(), processes=1)["rows"] != first["rows"]
    moved = join_rows([[1], [3]], [[2, 4], [5, 6]])
    assert np.array_equal(moved.ids, ROWS.ids)
    assert identity(model(), moved, SftOptions(), processes=1)["rows"] != first["rows"]
    assert whose(save_steps=9, save_total_limit=2, report_to="tensorboard") == first


def test_the_last_ones_are_kept(run):
    prune(run.folder, 2)
    assert {path.name for path in run.folder.iterdir()} == {
        "checkpoint-10", "checkpoint-20", "run.json",
    }  # fmt: skip


def test_a_run_that_is_done_takes_its_own_folder_away_and_no_other(run):
    other = run.folder.parent / "run-other"
    other.mkdir()
    clear(run)
    assert list(run.folder.parent.iterdir()) == [other]
    clear(run)
    other.rmdir()
    clear(run)
    assert not run.folder.parent.exists()
