"""Greedy generation in batches, against its oracles: one row at a time, and teacher forcing."""

import numpy as np
import pandas as pd
import pytest
import torch
from transformers.modeling_outputs import CausalLMOutputWithPast

from diversify.config.evaluate import EvaluateOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.errors import ConfigError
from diversify.evaluation.algebra import judge_algebra
from diversify.evaluation.generation import at_stops, generate_answers, line_ended
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

    def __call__(self, input_ids, past_key_values=None, **rest):
        logits = torch.zeros(*input_ids.shape, self.size)
        for place in np.ndindex(*input_ids.shape):
            logits[*place, self.following.get(int(input_ids[place]), 0)] = 1.0
        return CausalLMOutputWithPast(logits=logits)


def spelled(tokenizer, ids):
    return tokenizer.decode(ids, skip_special_tokens=True)


def texts_of(answers):
    return [answer.text for answer in answers]


def one_by_one(model, tokenizer, prompts, new):
    """What transformers writes, a row at a time and without padding."""
    written = []
    for prompt in prompts:
        ids = torch.tensor([prompt])
        out = model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=new,
            do_sample=False,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
        written.append(out[0, len(prompt) :].tolist())
    return written


def test_a_batch_padded_on_the_left_is_each_row_by_itself_token_for_token(half_trained):
    model, tokenizer, rows = half_trained
    prompts = encode_rows(tokenizer, rows.head(48)).prompts
    assert len({len(prompt) for prompt in prompts}) > 3, "padding needs prompts that differ"
    answers = generate_answers(model, tokenizer, prompts, 24, 16)
    assert [answer.ids for answer in answers] == one_by_one(model, tokenizer, prompts, 24)
    assert len({len(answer.ids) for answer in answers}) > 2, "rows must leave the batch in turn"


def test_an_untrained_model_too_is_each_row_by_itself(untrained):
    model, tokenizer, rows = untrained
    prompts = encode_rows(tokenizer, rows.head(12)).prompts
    answers = generate_answers(model, tokenizer, prompts, 12, 5)
    assert [answer.ids for answer in answers] == one_by_one(model, tokenizer, prompts, 12)


def test_a_generated_answer_is_right_exactly_when_teacher_forcing_says_so(half_trained):
    model, tokenizer, rows = half_trained
    encoded = encode_rows(tokenizer, rows)
    answers = generate_answers(model, tokenizer, encoded.prompts, 40, 64)
    right = [a.ids == ids for a, ids in zip(answers, encoded.completions, strict=True)]
    assert right == score_rows(model, encoded, EvaluateOptions()).exact.tolist()
    assert 0.05 < np.mean(right) < 0.95, "the oracle needs a model that is right and wrong"
    assert (judge_algebra(texts_of(answers), rows).structure >= right).all()
    ended = [answer.end == "end token" for answer in answers]
    assert ended == [answer.ids[-1] == tokenizer.eos_token_id for answer in answers]


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
    assert [len(answer.ids) for answer in answers[4:]] == [4, 1, 0, 0]
    assert [answer.end for answer in answers[4:]] == ["full", "full", "no room", "no room"]
    assert texts_of(answers)[6:] == ["", ""]
    assert generate_answers(model, tokenizer, [], 40, 8) == []


def test_an_answer_has_so_many_tokens_at_most(untrained):
    model, tokenizer, rows = untrained
    prompts = encode_rows(tokenizer, rows).prompts
    long, short = (generate_answers(model, tokenizer, prompts, new, 16) for new in (20, 2))
    for more, few in zip(long, short, strict=True):
        assert more.ids[:2] == few.ids


@pytest.fixture
def counting():
    """A model that counts on whatever it is given: a, newline, b, c, newline, ..."""
    rows = pd.DataFrame({"instruction": ["\n\n\n a b c d"], "input": "", "response": "e"})
    options = SftOptions(tokenizer="bpe", layers=1, width=32, heads=2, max_length=64)
    tokenizer = new_tokenizer(rows, options)
    model = new_model(options, tokenizer)
    following = {"a": "\n", "\n": "b", "b": "c", "c": "\n"}
    ids = {text: tokenizer.encode(text)[0] for text in "abc\n"}
    model.forward = _Following(model, {ids[one]: ids[other] for one, other in following.items()})
    return model, tokenizer, ids


def test_an_answer_of_one_line_ends_with_it(counting):
    model, tokenizer, ids = counting
    prompts = [[ids["a"]], [ids["c"], ids["b"]]]
    plain = generate_answers(model, tokenizer, prompts, 7, 2)
    assert texts_of(plain) == ["\nbc\nbc\n", "c\nbc\nbc"]
    cut = generate_answers(model, tokenizer, prompts, 7, 2, line_ended(tokenizer))
    assert [(answer.text, answer.end) for answer in cut] == [("\nbc\n", "stop"), ("c\n", "stop")]


def test_an_answer_ends_at_a_stop_string_that_it_wrote_itself(counting):
    model, tokenizer, ids = counting
    # the second prompt ends as the string begins, which does not count
    prompts = [[ids["a"]], [ids["c"]], [ids["a"], ids["\n"]]]
    cut = generate_answers(model, tokenizer, prompts, 9, 3, at_stops(tokenizer, ["x", "\nbc"]))
    assert texts_of(cut) == ["\nbc", "\nbc", "bc\nbc"]
    assert {answer.end for answer in cut} == {"stop"}
    none = generate_answers(model, tokenizer, prompts[:1], 9, 3, at_stops(tokenizer, ["cb"]))
    assert none[0].end == "full"


def test_blanks_at_the_start_of_an_answer_are_kept():
    """A tokenizer that puts a blank before each text, as Llama's, must not cost an indentation."""
    tokenizer = _marking_blanks(["<s>", "</s>", "\n", "\u2581", "\u2581\u2581\u2581", "return"])
    assert tokenizer.decode([4, 5]) == "  return", "decoded by itself it loses one"
    model = new_model(SftOptions(layers=1, width=32, heads=2, max_length=64), tokenizer)
    model.forward = _Following(model, {2: 3, 3: 4, 4: 5, 5: 1})
    answers = generate_answers(model, tokenizer, [[0, 2]], 9, 1)
    assert answers[0].text == "    return"
    assert answers[0].end == "end token"


def _marking_blanks(words):
    from tokenizers import Tokenizer, decoders, models
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, "<s>"))
    steps = [decoders.Replace("\u2581", " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    made.decoder = decoders.Sequence(steps)
    made.add_special_tokens(["<s>", "</s>"])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", pad_token="</s>"
    )


def test_a_model_that_keeps_no_keys_and_values_is_refused_in_one_line():
    from transformers import AutoModelForCausalLM, MambaConfig

    config = MambaConfig(vocab_size=8, hidden_size=8, state_size=2, num_hidden_layers=1)
    with pytest.raises(ConfigError, match="a mamba model cannot write here"):
        generate_answers(AutoModelForCausalLM.from_config(config), None, [[1]], 4, 1)
