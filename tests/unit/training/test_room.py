import shutil
from types import SimpleNamespace

import pytest
import torch

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.training import room, sft
from diversify.training.room import MARGIN, SMALL_FILES, check_room, enough_memory, written_bytes
from diversify.training.sft import train

TINY = SftOptions(
    layers=1, width=32, heads=2, max_length=32, max_steps=2, per_device_train_batch_size=4
)
FULL = TINY.model_copy(update={"save_steps": 1, "save_total_limit": 2})


def model():
    """1000 weights in 32 bits, and 500 in 16 that are not trained."""
    frozen = torch.nn.Parameter(torch.zeros(500, dtype=torch.bfloat16), requires_grad=False)
    return torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(1000)), frozen])


def with_margin(size):
    return round(size * (1 + MARGIN)) + SMALL_FILES


def test_a_checkpoint_takes_the_weights_and_two_moments_of_each_that_is_trained():
    assert written_bytes(model(), SftOptions()) == (
        with_margin(4000 + 1000),
        with_margin(4000 + 1000 + 8000),
    )


def test_of_an_adapter_the_base_is_not_written():
    adapter = SftOptions(model="x", use_peft=True)
    assert written_bytes(model(), adapter) == (with_margin(4000), with_margin(12000))


@pytest.fixture
def disk(monkeypatch):
    """Make every disk have so many bytes free."""
    return lambda free: monkeypatch.setattr(
        room.shutil, "disk_usage", lambda path: SimpleNamespace(free=free)
    )


def test_a_disk_that_is_just_large_enough_is_enough_and_a_byte_less_is_not(tmp_path, disk):
    result, each = written_bytes(model(), FULL)
    needed = result + 3 * each
    out, checkpoints = tmp_path / "deep" / "model", tmp_path / "checkpoints"
    disk(needed)
    check_room(model(), FULL, out, checkpoints)
    disk(needed - 1)
    with pytest.raises(ConfigError) as caught:
        check_room(model(), FULL, out, checkpoints)
    assert str(caught.value) == (
        f"{out}: the disk has {needed - 1} bytes free, and {needed} are needed for the model and "
        f"3 checkpoints of {each} bytes (5% of margin): make room, take a lower save_total_limit "
        "or name a folder on another disk"
    )


def test_without_checkpoints_the_model_alone_is_asked_for(tmp_path, disk):
    disk(written_bytes(model(), TINY)[0])
    check_room(model(), TINY, tmp_path / "model", None)
    disk(0)
    with pytest.raises(ConfigError, match="are needed for the model .*: make room or name"):
        check_room(model(), TINY, tmp_path / "model", None)


def test_what_earlier_checkpoints_take_is_not_asked_for_again(tmp_path, disk):
    result, each = written_bytes(model(), FULL)
    (tmp_path / "run" / "checkpoint-1").mkdir(parents=True)
    (tmp_path / "run" / "checkpoint-1" / "weights").write_bytes(bytes(5000))
    disk(result + 3 * each - 5000)
    check_room(model(), FULL, tmp_path / "model", tmp_path / "run")


def test_a_run_that_does_not_fit_on_the_disk_does_not_start(rewrite_data, tmp_path, disk):
    disk(1000)
    rows = rewrite_data.train.head(20)
    with pytest.raises(ConfigError, match="the disk has 1000 bytes free"):
        train(rows, rows, FULL, tmp_path / "model", 1)
    assert not list(tmp_path.rglob("*"))


def too_much():
    """Ask for 2^57 bytes, more than a process can address."""
    torch.empty(1 << 55)


def raising(error):
    def fail():
        raise error

    return fail


@pytest.mark.parametrize(
    "fail",
    [
        too_much,
        raising(MemoryError()),
        raising(torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")),
        raising(RuntimeError("MPS backend out of memory")),
    ],
    ids=["processor", "python", "cuda", "mps"],
)
def test_every_lack_of_memory_is_one_line_with_the_numbers_in_force(fail):
    with pytest.raises(ConfigError) as caught, enough_memory(SftOptions()):
        fail()
    assert str(caught.value) == (
        "out of memory with per_device_train_batch_size 128, gradient_accumulation_steps 1, "
        "max_length 256, gradient_checkpointing off: set per_device_train_batch_size 64 and "
        "gradient_accumulation_steps 2, which takes the same steps"
    )


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        (
            {"per_device_train_batch_size": 9, "gradient_accumulation_steps": 4},
            "set per_device_train_batch_size 3 and gradient_accumulation_steps 12, "
            "which takes the same steps",
        ),
        ({"per_device_train_batch_size": 1}, "set gradient_checkpointing, or a lower max_length"),
        (
            {"per_device_train_batch_size": 1, "gradient_checkpointing": True, "model": "x"},
            "set a lower max_length, or name a smaller model, or set use_peft and load_in_4bit",
        ),
    ],
)
def test_the_advice_is_what_is_left_to_change(options, advice):
    with pytest.raises(ConfigError, match=f": {advice}$"), enough_memory(SftOptions(**options)):
        too_much()


def test_other_faults_keep_their_traceback():
    with pytest.raises(RuntimeError, match="shapes"), enough_memory(SftOptions()):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")


def test_a_model_that_does_not_fit_is_said_and_leaves_nothing(rewrite_data, tmp_path, monkeypatch):
    rows = rewrite_data.train.head(20)
    monkeypatch.setattr(sft, "starting_model", lambda *given: too_much())
    with pytest.raises(ConfigError) as caught:
        train(rows, rows, TINY, tmp_path / "model", 1)
    assert str(caught.value) == (
        "out of memory while the model is loaded: take fewer layers or a lower width"
    )
    assert not list(tmp_path.iterdir())


def test_a_batch_that_does_not_fit_is_said_and_leaves_nothing(rewrite_data, tmp_path, monkeypatch):
    from diversify.training.trainer import AnswerTrainer

    rows = rewrite_data.train.head(20)
    monkeypatch.setattr(AnswerTrainer, "compute_loss", lambda *given, **more: too_much())
    with pytest.raises(ConfigError, match="set per_device_train_batch_size 2 and"):
        train(rows, rows, TINY, tmp_path / "model", 1)
    assert not list(tmp_path.iterdir())


def test_the_folder_that_is_asked_is_the_nearest_one_there(tmp_path):
    free = shutil.disk_usage(tmp_path).free
    huge = SimpleNamespace(
        parameters=lambda: [SimpleNamespace(numel=lambda: free, element_size=lambda: 4,
                                            requires_grad=True)]
    )  # fmt: skip
    with pytest.raises(ConfigError, match="make room"):
        check_room(huge, TINY, tmp_path / "not" / "yet" / "there", None)
