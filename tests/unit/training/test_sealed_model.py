"""A model on disk with one changed byte is never scored, nor trained on from."""

import shutil

import pytest

from diversify.config.sft import SftOptions
from diversify.errors import DataError
from diversify.io.seals import SUMS
from diversify.training.model import load_model
from diversify.training.sft import train

OPTIONS = SftOptions(
    layers=1, width=32, heads=2, max_length=32, max_steps=2, precision="fp32",
)  # fmt: skip


@pytest.fixture(scope="module")
def model(rewrite_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed") / "model"
    rows = rewrite_data.train.head(50)
    train(rows, rows, OPTIONS, folder, 1)
    return folder


def test_every_file_of_a_model_is_in_its_sums(model):
    named = {line.partition("  ")[2] for line in (model / SUMS).read_text().splitlines()}
    assert named == {path.name for path in model.iterdir()} - {SUMS}
    assert "model.safetensors" in named


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_changed_byte_is_found_before_the_model_is_used(model, tmp_path, name):
    copy = shutil.copytree(model, tmp_path / "copy")
    load_model(copy)
    content = bytearray((copy / name).read_bytes())
    content[-3] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(DataError, match=rf"copy/{name}: not the bytes that were written: remove"):
        load_model(copy)


def test_a_model_without_sums_is_loaded(model, tmp_path):
    copy = shutil.copytree(model, tmp_path / "copy")
    (copy / SUMS).unlink()
    load_model(copy)
