"""Sets, their parts and their judges, on a model that is right on some rows and wrong on others."""

import pandas as pd
import pytest

from diversify.config.evaluate import EvaluateOptions
from diversify.errors import DataError
from diversify.evaluation.scores import score_sets


@pytest.fixture
def in_parts(half_trained):
    model, tokenizer, rows = half_trained
    return model, tokenizer, rows.head(200).assign(source="train", part=["a", "b"] * 100)


def test_parts_add_up_to_their_set(in_parts):
    model, tokenizer, rows = in_parts
    sets = score_sets(model, tokenizer, rows, EvaluateOptions())
    assert set(sets) == {"train", "train_a", "train_b"}
    assert 0 < sets["train"]["exact"] < 200
    for count in ("rows", "exact", "tokens"):
        assert sets["train"][count] == sets["train_a"][count] + sets["train_b"][count]


def test_what_is_written_out_is_judged_as_teacher_forcing_foretells(in_parts):
    model, tokenizer, rows = in_parts
    forced, written = (
        score_sets(model, tokenizer, rows, EvaluateOptions(judge=judge))
        for judge in ("exact", "text")
    )
    assert written == forced


def test_solved_examples_change_the_question_and_not_the_answer(in_parts):
    model, tokenizer, rows = in_parts
    shown = score_sets(model, tokenizer, rows, EvaluateOptions(shots=1), rows)["train"]
    plain = score_sets(model, tokenizer, rows, EvaluateOptions())["train"]
    assert shown["tokens"] == plain["tokens"]
    assert shown["loss"] != plain["loss"]


def test_too_few_examples_of_other_rules_are_refused(in_parts):
    model, tokenizer, rows = in_parts
    alone = rows[rows["rule"] == rows["rule"].iloc[0]]
    with pytest.raises(DataError, match="shots"):
        score_sets(model, tokenizer, rows, EvaluateOptions(shots=1), alone)


def test_rows_without_parts_are_one_set(in_parts):
    model, tokenizer, rows = in_parts
    plain = pd.DataFrame(rows.drop(columns="part"))
    assert set(score_sets(model, tokenizer, plain, EvaluateOptions(limit=20))) == {"train"}
