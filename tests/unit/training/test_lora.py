import json
from importlib.util import find_spec

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.evaluation.scores import score_sets
from diversify.training import lora
from diversify.training.arguments import training_arguments
from diversify.training.batches import TrainingRows
from diversify.training.lora import lora_config
from diversify.training.model import load_model, starting_model
from diversify.training.sft import train
from diversify.training.tokenizer import encode_rows
from diversify.training.trainer import AnswerTrainer

SMALL = SftOptions(
    layers=1,
    width=32,
    heads=2,
    max_length=32,
    max_steps=8,
    per_device_train_batch_size=16,
    precision="fp32",
)


@pytest.fixture(scope="module")
def base(rewrite_data, tmp_path_factory):
    """A whole model, trained a little."""
    folder = tmp_path_factory.mktemp("models") / "base"
    train(rewrite_data.train, rewrite_data.train, SMALL, folder, 1)
    return folder


def adapting(base, **changes):
    values = {"model": str(base), "use_peft": True, "lora_r": 4, "lora_alpha": 8, **changes}
    return SMALL.model_copy(update={"learning_rate": 1e-2, **values})


def logits(model):
    with torch.no_grad():
        return model.eval()(torch.arange(4, 16).reshape(2, 6)).logits


def test_an_adapter_leaves_the_base_alone_and_changes_what_it_says(base, rewrite_data, tmp_path):
    before = load_file(base / "model.safetensors")
    train(rewrite_data.train, rewrite_data.train, adapting(base), tmp_path / "adapter", 1)
    after, _ = load_model(tmp_path / "adapter")
    held = {name.replace(".base_layer", ""): weight for name, weight in after.named_parameters()}
    assert all(torch.equal(held[name], weight) for name, weight in before.items())
    assert not (tmp_path / "adapter" / "model.safetensors").exists()
    assert (logits(after) - logits(load_model(base)[0])).abs().max() > 0.05


def test_a_saved_adapter_gives_the_logits_of_the_trained_one(base, rewrite_data, tmp_path):
    options = adapting(base)
    model, tokenizer = starting_model(options, rewrite_data.train)
    rows = TrainingRows(encode_rows(tokenizer, rewrite_data.train), 32, tokenizer.pad_token_id)
    arguments = training_arguments(options, len(rows), tmp_path)
    trainer = AnswerTrainer(model, tokenizer, rows, arguments, peft_config=lora_config(options))
    trainer.train()
    trainer.model.save_pretrained(tmp_path / "adapter")
    tokenizer.save_pretrained(tmp_path / "adapter")
    trained = logits(trainer.model)
    for merge in (False, True):
        loaded, _ = load_model(tmp_path / "adapter", merge=merge)
        torch.testing.assert_close(logits(loaded), trained, rtol=0, atol=1e-5)


def test_a_trained_adapter_is_scored_and_beats_its_base(base, rewrite_data, tmp_path):
    rows = rewrite_data.train
    train(rows, rows, adapting(base, max_steps=30), tmp_path / "adapter", 1)
    tests = rows.head(64).assign(source="train", part="")
    first, second = (
        score_sets(*load_model(folder), tests, EvaluateOptions())["train"]
        for folder in (base, tmp_path / "adapter")
    )
    assert second["loss"] < first["loss"] - 0.03


def test_a_base_given_by_a_relative_path_is_found_from_elsewhere(
    base, rewrite_data, tmp_path, monkeypatch
):
    monkeypatch.chdir(base.parent)
    rows = rewrite_data.train
    train(rows, rows, adapting("base", max_steps=1), tmp_path / "adapter", 1)
    monkeypatch.chdir(tmp_path)
    assert load_model("adapter")[0].config.model_type == "llama"


def test_training_goes_on_from_an_adapter_as_a_whole_model(base, rewrite_data, tmp_path):
    rows = rewrite_data.train
    train(rows, rows, adapting(base), tmp_path / "adapter", 1)
    still = SMALL.model_copy(
        update={"model": str(tmp_path / "adapter"), "max_steps": 1, "learning_rate": 1e-30}
    )
    train(rows, rows, still, tmp_path / "whole", 1)
    assert not (tmp_path / "whole" / "adapter_config.json").exists()
    adapted, whole = (logits(load_model(tmp_path / name)[0]) for name in ("adapter", "whole"))
    torch.testing.assert_close(whole, adapted, rtol=0, atol=1e-5)


def test_an_adapter_over_an_adapter_is_refused(base, rewrite_data, tmp_path):
    rows = rewrite_data.train
    train(rows, rows, adapting(base, max_steps=1), tmp_path / "adapter", 1)
    with pytest.raises(ConfigError, match="is an adapter itself: name a whole model"):
        starting_model(adapting(tmp_path / "adapter"), rows)


@pytest.mark.parametrize(
    ("named", "adapted"),
    [
        ([], {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}),
        (["q_proj", "v_proj"], {"q_proj", "v_proj"}),
    ],
)
def test_layers_are_named_or_all_linear_ones(base, rewrite_data, tmp_path, named, adapted):
    options = adapting(base, max_steps=1, lora_target_modules=named)
    train(rewrite_data.train, rewrite_data.train, options, tmp_path / "adapter", 1)
    document = json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())
    assert {name.split(".")[-1] for name in document["target_modules"]} == adapted
    assert document["target_modules"] == sorted(document["target_modules"])
    assert (document["r"], document["lora_alpha"]) == (4, 8)


def test_a_model_stored_in_16_bits_is_trained_in_32(base, rewrite_data, tmp_path):
    model, tokenizer = load_model(base)
    model.to(torch.bfloat16).save_pretrained(tmp_path / "half")
    tokenizer.save_pretrained(tmp_path / "half")
    half = SMALL.model_copy(update={"model": str(tmp_path / "half")})
    assert starting_model(half, rewrite_data.train)[0].dtype == torch.float32


@pytest.mark.parametrize("bits", [8, 4])
def test_few_bits_without_bitsandbytes_are_refused_in_one_line(
    base, monkeypatch, rewrite_data, bits
):
    monkeypatch.setattr(lora, "find_spec", lambda name: None)
    few = adapting(base, **{f"load_in_{bits}bit": True})
    with pytest.raises(ConfigError, match=f"load_in_{bits}bit needs bitsandbytes") as caught:
        starting_model(few, rewrite_data.train)
    assert "\n" not in str(caught.value)


def test_four_bits_are_those_of_qlora(base, monkeypatch):
    monkeypatch.setattr(lora, "find_spec", lambda name: True)
    few = adapting(base, load_in_4bit=True)
    for precision, kind in (("bf16", torch.bfloat16), ("fp16", torch.float16)):
        how = lora.frozen_weights(few, precision)
        asked = how["quantization_config"]
        assert (asked.load_in_4bit, asked.load_in_8bit) == (True, False)
        assert (asked.bnb_4bit_quant_type, asked.bnb_4bit_use_double_quant) == ("nf4", True)
        assert asked.bnb_4bit_compute_dtype == kind
        assert how["device_map"] == {"": "cpu"}


@pytest.mark.parametrize(
    ("precision", "kind"), [("bf16", "auto"), ("fp16", "float16"), ("fp32", "float32")]
)
def test_weights_that_are_not_trained_are_held_as_steps_need_them(base, precision, kind):
    assert lora.frozen_weights(adapting(base), precision) == {"dtype": kind}


@pytest.mark.skipif(not find_spec("bitsandbytes"), reason="needs bitsandbytes")
@pytest.mark.parametrize("bits", [8, 4])
def test_an_adapter_over_few_bits_learns_and_loads_again(base, rewrite_data, tmp_path, bits):
    few = adapting(base, max_steps=30, **{f"load_in_{bits}bit": True})
    rows = rewrite_data.train
    result = train(rows, rows, few, tmp_path / "adapter", 1)
    assert result.loss[-1][1] < result.loss[0][1] - 0.03
    held = load_file(tmp_path / "adapter" / "adapter_model.safetensors")
    assert {weight.dtype for weight in held.values()} == {torch.float32}
    assert logits(load_model(tmp_path / "adapter")[0]).isfinite().all()


def test_options_that_cannot_be_are_refused():
    with pytest.raises(ValidationError, match="use_peft trains an adapter of a checkpoint"):
        SftOptions(use_peft=True)
    for bits in (8, 4):
        with pytest.raises(ValidationError, match=f"set use_peft with load_in_{bits}bit"):
            SftOptions(model="gpt2", **{f"load_in_{bits}bit": True})
    with pytest.raises(ValidationError, match="exclude each other"):
        SftOptions(model="gpt2", use_peft=True, load_in_8bit=True, load_in_4bit=True)
