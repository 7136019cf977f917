"""Sets, their parts and their judges, on a model that is right on some rows and wrong on others."""

import pandas as pd
import pytest

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.errors import DataError
from diversify.evaluation.scores import score_sets
from diversify.synth.rewrite import make_rewrite_data
from diversify.training.model import load_model
from diversify.training.sft import train

TASK = SynthRewriteOptions(
    instructions=4, examples=4000, tests=8, alphabet=4, input_length=4, pattern_length=2
)


@pytest.fixture(scope="module")
def half_trained(tmp_path_factory):
    rows = make_rewrite_data(TASK).train
    folder = tmp_path_factory.mktemp("trained") / "model"
    options = SftOptions(
        layers=1, width=64, heads=2, max_length=100, max_steps=110, learning_rate=3e-3
    )
    train(rows, rows, options, folder, threads=1)
    rows = rows.head(200).assign(source="train", part=["a", "b"] * 100)
    return *load_model(folder), rows


def test_parts_add_up_to_their_set(half_trained):
    model, tokenizer, rows = half_trained
    sets = score_sets(model, tokenizer, rows, EvaluateOptions())
    assert set(sets) == {"train", "train_a", "train_b"}
    assert 0 < sets["train"]["exact"] < 200
    for count in ("rows", "exact", "tokens"):
        assert sets["train"][count] == sets["train_a"][count] + sets["train_b"][count]


def test_what_is_written_out_is_judged_as_teacher_forcing_foretells(half_trained):
    model, tokenizer, rows = half_trained
    forced, written = (
        score_sets(model, tokenizer, rows, EvaluateOptions(judge=judge))
        for judge in ("exact", "text")
    )
    assert written == forced


def test_solved_examples_change_the_question_and_not_the_answer(half_trained):
    model, tokenizer, rows = half_trained
    shown = score_sets(model, tokenizer, rows, EvaluateOptions(shots=1), rows)["train"]
    plain = score_sets(model, tokenizer, rows, EvaluateOptions())["train"]
    assert shown["tokens"] == plain["tokens"]
    assert shown["loss"] != plain["loss"]


def test_too_few_examples_of_other_rules_are_refused(half_trained):
    model, tokenizer, rows = half_trained
    alone = rows[rows["rule"] == rows["rule"].iloc[0]]
    with pytest.raises(DataError, match="shots"):
        score_sets(model, tokenizer, rows, EvaluateOptions(shots=1), alone)


def test_rows_without_parts_are_one_set(half_trained):
    model, tokenizer, rows = half_trained
    plain = pd.DataFrame(rows.drop(columns="part"))
    assert set(score_sets(model, tokenizer, plain, EvaluateOptions(limit=20))) == {"train"}
