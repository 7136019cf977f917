import pytest
import torch
import trl

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.training import device
from diversify.training.arguments import total_steps, training_arguments
from diversify.training.device import chosen_device, chosen_precision


@pytest.fixture
def machine(monkeypatch):
    """Make this machine one with or without a CUDA GPU, mps and bf16."""

    def make(cuda=False, mps=False, bf16=False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: bf16)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
        monkeypatch.setattr(device, "has_bf16", lambda: bf16)

    return make


@pytest.mark.parametrize(
    ("here", "asked", "taken"),
    [
        ({"cuda": True}, "auto", "cuda"),
        ({"cuda": True}, "cpu", "cpu"),
        ({"mps": True}, "auto", "cpu"),
        ({"mps": True}, "mps", "mps"),
        ({}, "auto", "cpu"),
    ],
)
def test_a_cuda_gpu_is_taken_by_itself_and_mps_only_when_asked_for(machine, here, asked, taken):
    machine(**here)
    assert chosen_device(SftOptions(device=asked)) == taken


@pytest.mark.parametrize("asked", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_refused(machine, asked):
    machine()
    with pytest.raises(ConfigError, match=f"device {asked}: torch finds none"):
        chosen_device(SftOptions(device=asked))


@pytest.mark.parametrize(
    ("here", "options", "taken"),
    [
        ({"cuda": True, "bf16": True}, {}, "bf16"),
        ({"cuda": True}, {}, "fp16"),
        ({"bf16": True}, {}, "bf16"),
        ({}, {}, "fp32"),
        ({"cuda": True, "bf16": True}, {"device": "cpu"}, "fp32"),
        ({"mps": True}, {"device": "mps"}, "fp32"),
        ({"cuda": True, "bf16": True}, {"precision": "fp16"}, "fp16"),
        ({"bf16": True}, {"precision": "fp32"}, "fp32"),
        ({}, {"precision": "bf16"}, "bf16"),
    ],
)
def test_the_hardware_decides_what_is_left_open(machine, here, options, taken):
    machine(**here)
    assert chosen_precision(SftOptions(**options)) == taken


@pytest.mark.parametrize(
    ("here", "options", "said"),
    [
        ({}, {"precision": "fp16"}, "fp16 needs a CUDA GPU, and steps run on cpu"),
        ({"mps": True}, {"precision": "fp16", "device": "mps"}, "steps run on mps"),
        ({"cuda": True}, {"precision": "bf16"}, "this GPU does not know it"),
    ],
)
def test_a_precision_that_the_device_does_not_know_is_refused(machine, here, options, said):
    machine(**here)
    with pytest.raises(ConfigError, match=said) as caught:
        chosen_precision(SftOptions(**options))
    assert "\n" not in str(caught.value)


def test_one_process_takes_one_gpu_of_several(monkeypatch, tmp_path):
    class OnFourGpus(trl.SFTConfig):
        def __post_init__(self):
            super().__post_init__()
            self._n_gpu = 4

    monkeypatch.setattr(trl, "SFTConfig", OnFourGpus)
    made = training_arguments(SftOptions(per_device_train_batch_size=8), 100, tmp_path)
    assert (made.n_gpu, made.train_batch_size) == (1, 8)


def test_processes_share_the_steps_of_an_epoch():
    options = SftOptions(per_device_train_batch_size=8, gradient_accumulation_steps=2)
    assert total_steps(1000, options) == 63
    assert total_steps(1000, options, 4) == 16
