"""A run that was stopped against its oracle: the same run, never stopped."""

import json

import pytest
import torch
from safetensors.torch import load_file

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.training.resuming import Keeper
from diversify.training.sft import train

OPTIONS = SftOptions(
    layers=1,
    width=32,
    heads=2,
    max_length=32,
    max_steps=14,
    per_device_train_batch_size=16,
    precision="fp32",
    save_steps=3,
)
"""14 steps of 16 rows: with 100 rows the third epoch begins at step 15, the second at step 8."""


class StoppedError(Exception):
    """What stands for a kill in one process."""


@pytest.fixture(scope="module")
def rows(rewrite_data):
    return rewrite_data.train.head(100)


def stopped(monkeypatch, rows, options, out, step):
    def broken(self, args, state, control, **more):
        if state.global_step >= step:
            raise StoppedError

    with monkeypatch.context() as patch, pytest.raises(StoppedError):
        patch.setattr(Keeper, "on_step_begin", broken)
        train(rows, rows, options, out, 1)
    assert not out.exists()
    (run,) = out.with_name(f"{out.name}.checkpoints").iterdir()
    return run


def again(rows, options, out):
    said = []
    result = train(rows, rows, options, out, 1, say=said.append)
    return result, said


def assert_same(first, second, folders, weights="model.safetensors"):
    assert second.loss == first.loss
    assert (second.steps, second.tokens_seen) == (first.steps, first.tokens_seen)
    one, other = (load_file(folder / weights) for folder in folders)
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)


MODES = {
    "full": ({}, 9),
    "where an epoch ends": ({"save_steps": 7, "lr_scheduler_type": "cosine"}, 7),
    "in parts, in bf16": (
        {
            "gradient_accumulation_steps": 4,
            "per_device_train_batch_size": 4,
            "precision": "bf16",
            "gradient_checkpointing": True,
            "lr_scheduler_type": "linear",
        },
        9,
    ),
}


@pytest.mark.parametrize(("changes", "step"), MODES.values(), ids=MODES)
def test_a_run_that_was_stopped_ends_as_if_it_never_was(rows, tmp_path, monkeypatch, changes, step):
    options = OPTIONS.model_copy(update=changes)
    whole = train(rows, rows, options, tmp_path / "whole", 1)
    stopped(monkeypatch, rows, options, tmp_path / "model", 11)
    result, _ = again(rows, options, tmp_path / "model")
    assert (whole.resumed_from, result.resumed_from) == (None, step)
    assert_same(whole, result, (tmp_path / "whole", tmp_path / "model"))


def test_an_adapter_goes_on_with_its_dropout(rows, tmp_path, monkeypatch):
    base = OPTIONS.model_copy(update={"save_steps": 0, "max_steps": 1})
    train(rows, rows, base, tmp_path / "base", 1)
    values = {"model": str(tmp_path / "base"), "use_peft": True, "lora_r": 4, "lora_dropout": 0.2}
    options = OPTIONS.model_copy(update={"learning_rate": 1e-2, **values})
    whole = train(rows, rows, options, tmp_path / "whole", 1)
    stopped(monkeypatch, rows, options, tmp_path / "model", 8)
    result, _ = again(rows, options, tmp_path / "model")
    assert result.resumed_from == 6
    folders = (tmp_path / "whole", tmp_path / "model")
    assert_same(whole, result, folders, "adapter_model.safetensors")


def test_a_point_of_the_curve_that_a_checkpoint_cuts_is_the_mean_of_both_parts(
    rows, tmp_path, monkeypatch
):
    """Of 100 steps every second is logged; the checkpoint lies between two."""
    options = OPTIONS.model_copy(update={"max_steps": 100, "save_steps": 35})
    whole = train(rows, rows, options, tmp_path / "whole", 1)
    stopped(monkeypatch, rows, options, tmp_path / "model", 40)
    result, _ = again(rows, options, tmp_path / "model")
    assert result.resumed_from == 35
    assert [step for step, _ in result.loss] == list(range(2, 101, 2))
    assert result.loss == whole.loss


def test_the_last_checkpoints_are_kept_and_none_after_the_end(rows, tmp_path, monkeypatch):
    options = OPTIONS.model_copy(update={"save_total_limit": 2})
    run = stopped(monkeypatch, rows, options, tmp_path / "model", 13)
    kept = sorted(path.name for path in run.glob("checkpoint-*"))
    assert kept == ["checkpoint-12", "checkpoint-9"]
    assert not list(run.rglob("training_args.bin")) + list(run.rglob("README.md"))
    note = json.loads((run / "run.json").read_text())
    assert (note["options.learning_rate"], note["processes"]) == (OPTIONS.learning_rate, 1)
    again(rows, options, tmp_path / "model")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_a_damaged_checkpoint_is_said_and_the_one_before_taken(rows, tmp_path, monkeypatch):
    options = OPTIONS.model_copy(update={"save_total_limit": 3, "max_steps": 11})
    run = stopped(monkeypatch, rows, options, tmp_path / "model", 10)
    weights = run / "checkpoint-9" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    (run / "checkpoint-6" / "seal.json").unlink()
    result, said = again(rows, options, tmp_path / "model")
    assert said == [
        f"{run}/checkpoint-9: model.safetensors is not what was written: not used",
        f"{run}/checkpoint-6: it was never finished: not used",
        f"{run}/checkpoint-3: going on from here",
    ]
    assert result.resumed_from == 3


def test_a_checkpoint_of_another_run_is_left_alone(rows, tmp_path, monkeypatch):
    run = stopped(monkeypatch, rows, OPTIONS, tmp_path / "model", 4)
    mine, said = rows.iloc[::-1], []
    options = OPTIONS.model_copy(update={"learning_rate": 2e-3, "max_steps": 4})
    result = train(mine, rows, options, tmp_path / "model", 1, say=said.append)
    differ = "(rows, options.max_steps, options.learning_rate differ)"
    assert said == [
        f"{run}: checkpoints of another run {differ}: not used",
        f"{run.parent}: no checkpoint to go on from: a new start",
    ]
    assert result.resumed_from is None
    assert (run / "checkpoint-3").is_dir()


def test_how_often_checkpoints_are_made_is_no_part_of_a_run(rows, tmp_path, monkeypatch):
    stopped(monkeypatch, rows, OPTIONS, tmp_path / "model", 10)
    result, _ = again(rows, OPTIONS.model_copy(update={"save_steps": 13}), tmp_path / "model")
    assert result.resumed_from == 9


@pytest.mark.parametrize("place", [".", "deep/inside"])
def test_checkpoints_cannot_lie_in_the_folder_of_the_model(rows, tmp_path, place):
    with pytest.raises(ConfigError, match="lies in .*model, which must be empty: move it out"):
        train(rows, rows, OPTIONS, tmp_path / "model", 1, tmp_path / "model" / place)
    assert not list(tmp_path.iterdir())
