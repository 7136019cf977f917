"""Teacher forcing against its oracle: greedy generation, token by token."""

import numpy as np
import pandas as pd
import pytest
import torch

from diversify.config.evaluate import EvaluateOptions
from diversify.evaluation.scores import score_sets
from diversify.evaluation.teacher_forcing import score_rows
from diversify.training.encoded import join_rows
from diversify.training.tokenizer import encode_rows

OPTIONS = EvaluateOptions(batch_size=64)


def generated(model, tokenizer, encoded):
    """Greedy answers, one row at a time in groups of equal prompt length."""
    answers = {}
    by_length = pd.Series(range(len(encoded))).groupby([len(p) for p in encoded.prompts])
    for _, rows in by_length:
        prompts = torch.tensor([encoded.prompts[i] for i in rows])
        out = model.generate(
            prompts,
            attention_mask=torch.ones_like(prompts),
            max_new_tokens=8,
            do_sample=False,
            pad_token_id=tokenizer.pad_token_id,
        )
        for i, ids in zip(rows, out[:, prompts.shape[1] :].tolist(), strict=True):
            end = (
                ids.index(tokenizer.eos_token_id) + 1 if tokenizer.eos_token_id in ids else len(ids)
            )
            answers[i] = ids[:end]
    return [answers[i] for i in range(len(encoded))]


def test_exact_match_by_teacher_forcing_is_exact_match_of_greedy_generation(half_trained):
    model, tokenizer, rows = half_trained
    encoded = encode_rows(tokenizer, rows)
    scores = score_rows(model, encoded, OPTIONS)
    answers = generated(model, tokenizer, encoded)
    truly = [a == c for a, c in zip(answers, encoded.completions, strict=True)]
    assert scores.exact.tolist() == truly
    assert 0.05 < np.mean(truly) < 0.95, "the oracle needs a model that is right and wrong"


def test_what_generation_writes_is_exact_whatever_the_lengths(half_trained):
    model, tokenizer, rows = half_trained
    mixed = rows.head(600).copy()
    mixed["input"] = [text[i % 3 :] for i, text in enumerate(mixed["input"])]
    encoded = encode_rows(tokenizer, mixed)
    answers = generated(model, tokenizer, encoded)
    wanted = [own if i % 2 else answers[i] for i, own in enumerate(encoded.completions)]
    truly = [answer == target for answer, target in zip(answers, wanted, strict=True)]
    scores = score_rows(model, join_rows(encoded.prompts, wanted), OPTIONS)
    assert scores.exact.tolist() == truly
    assert 300 <= sum(truly) < 600


def test_a_model_that_cannot_leave_out_logits_is_scored_the_same(half_trained):
    model, tokenizer, rows = half_trained
    encoded = encode_rows(tokenizer, rows.head(100))
    sparing, whole = (score_rows(one, encoded, OPTIONS) for one in (model, AllLogits(model)))
    assert sparing.exact.tolist() == whole.exact.tolist()
    np.testing.assert_allclose(sparing.loss, whole.loss, rtol=1e-5)


class AllLogits(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model, self.config, self.device = model, model.config, model.device

    def forward(self, input_ids, use_cache):
        return self.model(input_ids=input_ids, use_cache=use_cache)


def test_the_batch_a_row_falls_into_does_not_change_its_score(half_trained):
    model, tokenizer, rows = half_trained
    mixed = rows.head(60).copy()
    mixed["instruction"] = [
        f"{x} -> {x}" if i % 2 else x for i, x in enumerate(mixed["instruction"])
    ]
    encoded = encode_rows(tokenizer, mixed)
    assert len(set(encoded.lengths())) > 1
    one, many = (score_rows(model, encoded, EvaluateOptions(batch_size=size)) for size in (1, 64))
    assert one.exact.tolist() == many.exact.tolist()
    np.testing.assert_allclose(one.loss, many.loss, rtol=1e-4)


def test_a_row_that_does_not_fit_is_wrong_and_counted(half_trained):
    model, tokenizer, rows = half_trained
    long = pd.concat([rows.head(3), rows.head(1).assign(input="A" * 100)])
    summary = score_rows(model, encode_rows(tokenizer, long), OPTIONS).summary()
    assert summary["rows"] == 4
    assert summary["skipped"] == 1
    assert np.isfinite(summary["loss"])


def test_loss_is_that_of_the_model_itself(half_trained):
    model, tokenizer, rows = half_trained
    encoded = encode_rows(tokenizer, rows.head(1))
    ids = torch.tensor([encoded.prompts[0] + encoded.completions[0]])
    labels = ids.clone()
    labels[:, : len(encoded.prompts[0])] = -100
    with torch.no_grad():
        expected = model(ids, labels=labels).loss.item()
    assert score_rows(model, encoded, OPTIONS).summary()["loss"] == pytest.approx(
        expected, abs=1e-5
    )


def test_noops_are_also_scored_by_themselves(half_trained):
    model, tokenizer, rows = half_trained
    sets = score_sets(model, tokenizer, rows.assign(source="train"), OPTIONS)
    assert set(sets) == {"train", "train_noop", "train_hasop"}
    assert sets["train"]["exact"] == sets["train_noop"]["exact"] + sets["train_hasop"]["exact"]


def test_a_limit_takes_the_head_of_each_set(half_trained):
    model, tokenizer, rows = half_trained
    tests = rows.assign(source=["a"] * 1500 + ["b"] * 500, part="")
    sets = score_sets(model, tokenizer, tests, EvaluateOptions(limit=70))
    assert {name: scores["rows"] for name, scores in sets.items()} == {"a": 70, "b": 70}
