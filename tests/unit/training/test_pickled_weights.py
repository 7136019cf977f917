"""Weights that are pickles are refused unread; checkpoints of our own run no code either."""

import os
import shutil

import pytest
import torch

from diversify.config.embed import EmbedOptions
from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.io.models import located
from diversify.io.seals import SUMS
from diversify.training.checkpoints import SEAL, read_document, seal
from diversify.training.model import load_model, starting_model
from diversify.training.resuming import Keeper
from diversify.training.sft import train

SMALL = SftOptions(
    layers=1, width=32, heads=2, max_length=32, max_steps=2, per_device_train_batch_size=16,
    precision="fp32",
)  # fmt: skip


class Touch:
    """An object whose unpickling leaves a file behind."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


@pytest.fixture(scope="module")
def whole_model(rewrite_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "whole"
    train(rewrite_data.train, rewrite_data.train, SMALL, folder, 1)
    return folder


@pytest.fixture
def ran(tmp_path):
    """What is there once a pickle was opened."""
    return tmp_path / "ran"


def pickled(folder, ran, name):
    """Put a pickle in the place of a folder's safetensors; others' folders bear no seal."""
    (folder / SUMS).unlink(missing_ok=True)
    for weights in folder.glob("*.safetensors"):
        weights.unlink()
    torch.save({"weight": Touch(ran)}, folder / name)
    return folder


def one_line(caught, name):
    said = str(caught.value)
    assert name in said and "only safetensors are read" in said and "\n" not in said


def test_the_pickle_of_these_tests_would_run(tmp_path, ran):
    torch.save({"weight": Touch(ran)}, tmp_path / "pytorch_model.bin")
    torch.load(tmp_path / "pytorch_model.bin", weights_only=False)
    assert ran.exists()


def test_a_model_of_pickled_weights_is_refused_in_one_line(whole_model, tmp_path, ran):
    folder = pickled(shutil.copytree(whole_model, tmp_path / "m"), ran, "pytorch_model.bin")
    with pytest.raises(ConfigError) as caught:
        load_model(folder)
    one_line(caught, "pytorch_model.bin")
    with pytest.raises(ConfigError, match="only safetensors are read"):
        starting_model(SMALL.model_copy(update={"model": str(folder)}), None)
    assert not ran.exists()


def test_a_pickle_beside_safetensors_is_not_opened(whole_model, tmp_path, ran):
    folder = shutil.copytree(whole_model, tmp_path / "m")
    torch.save({"weight": Touch(ran)}, folder / "pytorch_model.bin")
    model, _ = load_model(folder)
    assert not ran.exists() and model is not None


def test_transformers_itself_is_told_to_read_safetensors_alone(whole_model, tmp_path, monkeypatch):
    """A second lock behind our own look into the folder, and the one that holds for the Hub."""
    folder = shutil.copytree(whole_model, tmp_path / "m")
    model, _ = load_model(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    (folder / SUMS).unlink()
    monkeypatch.setattr("diversify.training.model.refuse_pickles", lambda folder: None)
    with pytest.raises(ConfigError, match=r"no file named model\.safetensors"):
        load_model(folder)


@pytest.mark.parametrize("merge", [False, True])
def test_an_adapter_of_pickled_weights_is_refused(rewrite_data, whole_model, tmp_path, ran, merge):
    changes = {"model": str(whole_model), "use_peft": True, "lora_r": 2}
    options = SMALL.model_copy(update=changes)
    train(rewrite_data.train, rewrite_data.train, options, tmp_path / "adapter", 1)
    folder = pickled(tmp_path / "adapter", ran, "adapter_model.bin")
    with pytest.raises(ConfigError) as caught:
        load_model(folder, merge=merge)
    one_line(caught, "adapter_model.bin")
    assert not ran.exists()


def test_an_embedding_model_of_pickled_weights_is_refused(tmp_path, ran):
    """In a folder inside it, where sentence-transformers keeps its modules."""
    dense = tmp_path / "embedder" / "2_Dense"
    dense.mkdir(parents=True)
    (tmp_path / "embedder" / "model.safetensors").touch()
    pickled(dense, ran, "pytorch_model.bin")
    with pytest.raises(ConfigError) as caught:
        located(EmbedOptions(model=str(tmp_path / "embedder")).model)
    one_line(caught, "2_Dense/pytorch_model.bin")
    assert not ran.exists()


@pytest.mark.parametrize("name", ["optimizer.pt", "scheduler.pt", "rng_state.pth"])
def test_a_forged_checkpoint_runs_no_code(rewrite_data, tmp_path, monkeypatch, ran, name):
    """Even one that is sealed anew: whoever may write in the folder still runs nothing."""
    rows = rewrite_data.train.head(100)
    options = SMALL.model_copy(update={"max_steps": 6, "save_steps": 2})

    def broken(self, args, state, control, **more):
        if state.global_step >= 4:
            raise InterruptedError

    with monkeypatch.context() as patch, pytest.raises(InterruptedError):
        patch.setattr(Keeper, "on_step_begin", broken)
        train(rows, rows, options, tmp_path / "model", 1)
    (run,) = (tmp_path / "model.checkpoints").iterdir()
    checkpoint = max(run.glob("checkpoint-*"), key=lambda path: int(path.name[11:]))
    forged = checkpoint / name
    assert forged.is_file()
    torch.save({"state": Touch(ran)}, forged)
    fingerprint = read_document(checkpoint / SEAL)["fingerprint"]
    seal(checkpoint, fingerprint)
    with pytest.raises(Exception, match=r"(?i)weights.only|unsupported|unpickl"):
        train(rows, rows, options, tmp_path / "model", 1)
    assert not ran.exists()
