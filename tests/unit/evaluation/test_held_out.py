"""Bits per byte, against the probability that the model itself gives a whole answer."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.evaluation.held_out import answer_bytes, distinct_items, item_names
from diversify.evaluation.scores import score_tests
from diversify.training.model import new_model
from diversify.training.tokenizer import encode_rows, new_tokenizer

ROWS = pd.DataFrame(
    {
        "source": ["a", "a", "a", "b"],
        "id": ["one", "two", "three", "one"],
        "instruction": ["Say it", "Count", "Draw", "Say it again"],
        "input": ["", "to four", "", ""],
        "response": ["Grüße, 世界", "one two three four", "🙂", "def f(x):\n    return x\n"],
    }
)
OPTIONS = EvaluateOptions(max_length=200)


def made(architecture="llama", vocabulary=300, rows=ROWS, positions=200):
    options = SftOptions(
        architecture=architecture, tokenizer="bpe", vocabulary=vocabulary, layers=1, width=32,
        heads=2, max_length=positions,
    )  # fmt: skip
    tokenizer = new_tokenizer(rows, options)
    return new_model(options, tokenizer).eval(), tokenizer


def probability(model, prompt, answer):
    """What the model gives an answer, token after token, each after those before it."""
    product = 1.0
    for at, token in enumerate(answer):
        with torch.no_grad():
            logits = model(torch.tensor([prompt + answer[:at]])).logits[0, -1].double()
        product *= float(logits.softmax(0)[token])
    return product


def bits(scored, task, item):
    items = scored.items[scored.items["metric"] == "bits_per_byte"].set_index(["task", "item"])
    return items.loc[(task, item)]


@pytest.mark.parametrize("architecture", ["llama", "gpt2"])
def test_bits_are_those_of_the_whole_answer_and_weigh_its_bytes(architecture):
    model, tokenizer = made(architecture)
    scored = score_tests(model, tokenizer, ROWS, OPTIONS)
    encoded = encode_rows(tokenizer, ROWS)
    answers = zip(encoded.prompts, encoded.completions, strict=True)
    for row, (prompt, answer) in zip(ROWS.itertuples(), answers, strict=True):
        found = bits(scored, row.source, row.id)
        assert found.value == pytest.approx(
            -math.log2(probability(model, prompt, answer)), rel=1e-4
        )
        assert found.weight == len(row.response.encode())
        assert answer[-1] == tokenizer.eos_token_id, "the end of an answer is part of it"


def test_a_model_that_knows_nothing_pays_for_each_token_whatever_the_tokenizer():
    counts = []
    for vocabulary in (300, 315):
        model, tokenizer = made(vocabulary=vocabulary)
        torch.nn.init.zeros_(model.lm_head.weight)
        scored = score_tests(model, tokenizer, ROWS, OPTIONS)
        counts.append(encode_rows(tokenizer, ROWS).answer_lengths())
        for row, count in zip(ROWS.itertuples(), counts[-1], strict=True):
            found = bits(scored, row.source, row.id)
            per_byte = count * math.log2(len(tokenizer)) / len(row.response.encode())
            assert found.value / found.weight == pytest.approx(per_byte, rel=1e-5)
    assert (counts[0] > counts[1]).any(), "the two cut texts otherwise"


def test_a_sets_bits_per_byte_are_those_of_its_items():
    model, tokenizer = made()
    scored = score_tests(model, tokenizer, ROWS, OPTIONS)
    for name, rows in scored.items[scored.items["metric"] == "bits_per_byte"].groupby("task"):
        ratio = rows["value"].sum() / rows["weight"].sum()
        assert scored.sets[name]["bits_per_byte"] == pytest.approx(ratio, abs=1e-6)
        assert scored.sets[name]["bytes"] == rows["weight"].sum()
    exact = scored.items[scored.items["metric"] == "exact_match"]
    assert exact["item"].tolist() == ["one", "two", "three", "one"]
    assert exact["value"].sum() == sum(one["exact"] for one in scored.sets.values())


def test_a_row_that_is_too_long_has_no_bits_is_wrong_and_is_said():
    model, tokenizer = made()
    long = pd.concat([ROWS, ROWS.head(1).assign(id="long", response="word " * 90)])
    scored = score_tests(model, tokenizer, long, OPTIONS)
    by_metric = scored.items[scored.items["task"] == "a"].groupby("metric")["item"].apply(list)
    assert by_metric["bits_per_byte"] == ["one", "two", "three"]
    assert by_metric["exact_match"] == ["one", "two", "three", "long"]
    assert scored.sets["a"]["skipped"] == 1
    assert scored.marks == ["a: 1 of 4 rows are longer than 200 tokens: no bits per byte"]
    short = score_tests(model, tokenizer, ROWS, OPTIONS)
    assert short.sets["a"]["bits_per_byte"] == scored.sets["a"]["bits_per_byte"]


def test_prompts_without_answers_are_scored_by_their_own_text():
    model, tokenizer = made()
    alone = ROWS.assign(response="")
    scored = score_tests(model, tokenizer, alone, OPTIONS)
    texts = ["Say it", "Count\n\nto four", "Draw", "Say it again"]
    encoded = encode_rows(
        tokenizer, pd.DataFrame({"instruction": "", "input": "", "response": texts})
    )
    for at, row in enumerate(alone.itertuples()):
        found = bits(scored, row.source, row.id)
        p = probability(model, encoded.prompts[at], encoded.completions[at])
        assert found.value == pytest.approx(-math.log2(p), rel=1e-4)
        assert found.weight == len(texts[at])
    assert scored.sets["a"]["scored"] == "prompt"
    assert set(scored.items["metric"]) == {"bits_per_byte"}, "there is nothing to match"


def test_an_empty_answer_among_others_stays_an_answer():
    model, tokenizer = made()
    rows = ROWS.assign(response=["", "x", "y", "z"])
    scored = score_tests(model, tokenizer, rows, OPTIONS)
    assert "scored" not in scored.sets["a"]
    items = scored.items[scored.items["task"] == "a"]
    assert items["metric"].tolist() == ["exact_match"] * 3 + ["bits_per_byte"] * 2


def test_a_question_without_its_choices_is_no_item_of_its_own():
    rows = pd.DataFrame(
        {
            "source": ["m", "m", "m", "n"],
            "id": ["1", "1", "2", "1"],
            "instruction": ["Which?", "Which?", "What?", "Which?"],
            "input": ["A. x", "", "", ""],
            "response": "x",
        }
    )
    assert distinct_items(rows).index.tolist() == [0, 2, 3]
    plain = rows.drop(columns="id")
    assert distinct_items(plain) is plain


def test_rows_are_named_the_same_for_every_model():
    assert item_names(ROWS.head(3)) == ["one", "two", "three"]
    assert item_names(ROWS) == ["1", "2", "3", "4"], "an id that stands twice names no row"
    assert item_names(ROWS.drop(columns="id")) == ["1", "2", "3", "4"]


def test_bytes_are_those_of_the_last_answer_of_a_chat():
    more = '[{"role": "user", "content": "And?"}, {"role": "assistant", "content": "né"}]'
    rows = pd.DataFrame({"response": ["first", "é"], "more": [more, ""]})
    np.testing.assert_array_equal(answer_bytes(rows), [3, 2])
