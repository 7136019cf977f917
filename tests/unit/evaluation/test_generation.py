"""Generation against exact match by teacher forcing, which is proven elsewhere."""

import numpy as np
import pandas as pd
import pytest
import torch
from transformers.modeling_outputs import CausalLMOutputWithPast

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.evaluation.algebra import judge_algebra
from diversify.evaluation.generation import generate_answers
from diversify.evaluation.teacher_forcing import score_rows
from diversify.synth.algebra import make_algebra_data
from diversify.training.model import load_model, new_model
from diversify.training.sft import train
from diversify.training.tokenizer import encode_rows, new_tokenizer

TASK = SynthAlgebraOptions(
    rules=4,
    test_rules=4,
    examples=3000,
    tests=300,
    depth=0,
    pattern_depth=0,
    variables=2,
    constants=2,
    rename=False,
    function_share=0.0,
)


@pytest.fixture(scope="module")
def half_trained(tmp_path_factory):
    """A model that is right on some rows and wrong on others, and those rows."""
    data = make_algebra_data(TASK)
    options = SftOptions(
        layers=1,
        width=64,
        heads=2,
        max_length=64,
        max_steps=45,
        learning_rate=4e-3,
        per_device_train_batch_size=32,
        precision="fp32",
    )
    folder = tmp_path_factory.mktemp("half") / "model"
    train(data.train, data.train, options, folder, 1)
    return *load_model(folder), data.train.head(160)


@pytest.fixture(params=["llama", "gpt2"])
def untrained(request):
    """A model that writes at random, and rows."""
    rows = make_algebra_data(TASK).train.head(40)
    options = SftOptions(architecture=request.param, layers=1, width=32, heads=2, max_length=64)
    tokenizer = new_tokenizer(rows, options)
    return new_model(options, tokenizer), tokenizer, rows


class _Following:
    """Stands for a model's forward pass: each token has one that follows it for certain."""

    def __init__(self, model, following):
        self.size, self.following = model.config.vocab_size, following

    def __call__(self, input_ids, **rest):
        logits = torch.zeros(*input_ids.shape, self.size)
        for place in np.ndindex(*input_ids.shape):
            logits[*place, self.following.get(int(input_ids[place]), 0)] = 1.0
        return CausalLMOutputWithPast(logits=logits, past_key_values=rest.get("past_key_values"))


def spelled(tokenizer, ids):
    return tokenizer.decode(ids, skip_special_tokens=True)


def test_a_generated_answer_is_right_exactly_when_teacher_forcing_says_so(half_trained):
    model, tokenizer, rows = half_trained
    encoded = encode_rows(tokenizer, rows)
    assert len({len(prompt) for prompt in encoded.prompts}) > 3, "padding needs prompts that differ"
    answers = generate_answers(model, tokenizer, encoded.prompts, 40, 64)
    wanted = [spelled(tokenizer, ids) for ids in encoded.completions]
    right = [answer == text for answer, text in zip(answers, wanted, strict=True)]
    assert right == score_rows(model, encoded, EvaluateOptions()).exact.tolist()
    assert 0.05 < np.mean(right) < 0.95, "the oracle needs a model that is right and wrong"
    assert (judge_algebra(answers, rows).structure >= right).all()


def test_an_answer_does_not_depend_on_its_batch_or_place(untrained):
    model, tokenizer, rows = untrained
    prompts = encode_rows(tokenizer, rows).prompts
    one, some = (generate_answers(model, tokenizer, prompts, 20, size) for size in (1, 16))
    assert one == some
    assert generate_answers(model, tokenizer, prompts[::-1], 20, 8) == one[::-1]


def test_a_prompt_near_the_end_of_the_positions_gets_what_room_there_is(untrained):
    model, tokenizer, rows = untrained
    prompts = encode_rows(tokenizer, rows.head(4)).prompts
    start = prompts[0]
    long = [start + [start[1]] * (size - len(start)) for size in (60, 63, 64, 70)]
    answers = generate_answers(model, tokenizer, [*prompts, *long], 40, 8)
    assert answers[:4] == generate_answers(model, tokenizer, prompts, 40, 8)
    assert len(answers[4].split()) <= 4
    assert len(answers[5].split()) <= 1
    assert answers[6:] == ["", ""]
    assert generate_answers(model, tokenizer, [], 40, 8) == []


def test_an_answer_has_so_many_tokens_at_most(untrained):
    model, tokenizer, rows = untrained
    prompts = encode_rows(tokenizer, rows).prompts
    long, short = (generate_answers(model, tokenizer, prompts, new, 16) for new in (20, 2))
    for more, few in zip(long, short, strict=True):
        assert more.startswith(few)
        assert len(few.split()) <= 2  # a special token is not spelled out


def test_an_answer_of_one_line_ends_with_it():
    # a model that counts upwards whatever it is given: the tokens are a, newline, b, newline, ...
    rows = pd.DataFrame({"instruction": ["\n\n\n a b c d"], "input": "", "response": "e"})
    options = SftOptions(tokenizer="bpe", layers=1, width=32, heads=2, max_length=64)
    tokenizer = new_tokenizer(rows, options)
    model = new_model(options, tokenizer)
    following = {"a": "\n", "\n": "b", "b": "c", "c": "\n"}
    ids = {text: tokenizer.encode(text)[0] for text in "abc\n"}
    counting = _Following(model, {ids[one]: ids[other] for one, other in following.items()})
    prompts = [[ids["a"]], [ids["c"], ids["b"]]]
    model.forward = counting
    assert generate_answers(model, tokenizer, prompts, 7, 2) == ["\nbc\nbc\n", "c\nbc\nbc"]
    assert generate_answers(model, tokenizer, prompts, 7, 2, one_line=True) == ["\nbc\n", "c\n"]
