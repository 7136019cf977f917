import json

import pandas as pd
import pytest
import torch

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.errors import ConfigError, DataError
from diversify.evaluation.scores import score_sets
from diversify.training.model import load_model
from diversify.training.sft import train

TINY = SftOptions(
    layers=1,
    width=32,
    heads=2,
    max_length=32,
    max_steps=12,
    per_device_train_batch_size=16,
    precision="fp32",
)


def weights(folder):
    model, _ = load_model(folder)
    return model.state_dict()


def same(first, second):
    return all(torch.equal(first[name], second[name]) for name in first)


def test_a_new_model_is_trained_saved_and_loads_again(rewrite_data, tmp_path):
    result = train(rewrite_data.train, rewrite_data.train, TINY, tmp_path / "model", 1)
    model, tokenizer = load_model(tmp_path / "model")
    assert result.steps == 12
    assert result.rows == 4000
    assert result.too_long == 0
    assert result.parameters == sum(weight.numel() for weight in model.parameters())
    assert result.loss[0][1] > result.loss[-1][1]
    tests = rewrite_data.unseen.assign(source="unseen")
    scores = score_sets(model, tokenizer, tests, EvaluateOptions())["unseen"]
    assert 0 < scores["loss"] < 10


def test_a_model_learns_what_it_is_shown(tmp_path):
    rows = pd.DataFrame(
        {"instruction": ["say A", "say B"] * 64, "input": "", "response": ["A", "B"] * 64}
    )
    options = TINY.model_copy(update={"max_steps": 120, "learning_rate": 1e-2})
    train(rows, rows, options, tmp_path / "model", 1)
    scores = score_sets(
        *load_model(tmp_path / "model"), rows.assign(source="all"), EvaluateOptions()
    )
    assert scores["all"]["accuracy"] == 1.0


@pytest.mark.parametrize("architecture", ["llama", "gpt2"])
def test_same_seed_same_weights_and_another_seed_others(rewrite_data, tmp_path, architecture):
    options = TINY.model_copy(update={"architecture": architecture, "max_steps": 3})
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        seeded = options.model_copy(update={"seed": seed})
        train(rewrite_data.train, rewrite_data.train, seeded, tmp_path / name, 1)
    assert same(weights(tmp_path / "a"), weights(tmp_path / "b"))
    assert not same(weights(tmp_path / "a"), weights(tmp_path / "c"))


def test_arms_of_one_corpus_start_from_the_same_weights(rewrite_data, tmp_path):
    still = TINY.model_copy(update={"max_steps": 1, "learning_rate": 1e-30})
    half = rewrite_data.train.head(100)
    train(half, rewrite_data.train, still, tmp_path / "half", 1)
    train(rewrite_data.train, rewrite_data.train, still, tmp_path / "whole", 1)
    assert same(weights(tmp_path / "half"), weights(tmp_path / "whole"))


def test_training_goes_on_from_a_checkpoint(rewrite_data, tmp_path):
    train(rewrite_data.train, rewrite_data.train, TINY, tmp_path / "first", 1)
    again = TINY.model_copy(update={"model": str(tmp_path / "first")})
    first = train(rewrite_data.train, rewrite_data.train, TINY, tmp_path / "from-scratch", 1)
    second = train(rewrite_data.train, rewrite_data.train, again, tmp_path / "second", 1)
    assert second.loss[0][1] < first.loss[0][1]


def test_loss_falls_on_answers_alone(rewrite_data, tmp_path):
    """With every answer cut off by max_length there is nothing to learn, and that is said."""
    short = TINY.model_copy(update={"max_length": 8})
    with pytest.raises(DataError, match="max_length 8"):
        train(rewrite_data.train, rewrite_data.train, short, tmp_path / "model", 1)
    assert not (tmp_path / "model").exists()


def test_no_rows_are_refused(rewrite_data, tmp_path):
    with pytest.raises(DataError, match="no rows"):
        train(rewrite_data.train.head(0), rewrite_data.train, TINY, tmp_path / "model", 1)


def test_a_model_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot load the model '.*missing'"):
        load_model(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match=r"empty': the folder has no config\.json$"):
        load_model(tmp_path / "empty")


def test_a_broken_checkpoint_is_named(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "no-such-thing"}))
    with pytest.raises(ConfigError, match="cannot load the model"):
        load_model(tmp_path)
