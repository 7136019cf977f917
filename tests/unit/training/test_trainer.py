"""The trainer against its oracle: TRL's SFTTrainer as it comes, on the same ids."""

import numpy as np
import pytest
import torch
from datasets import Dataset
from torch.utils._python_dispatch import TorchDispatchMode
from trl import SFTTrainer

from diversify.config.sft import SftOptions
from diversify.training import trainer as trainer_module
from diversify.training.arguments import total_steps, training_arguments
from diversify.training.batches import IGNORED
from diversify.training.model import starting_model
from diversify.training.taking import take_rows
from diversify.training.tokenizer import encode_rows
from diversify.training.trainer import AnswerTrainer

TINY = SftOptions(
    layers=1,
    width=32,
    heads=2,
    max_length=32,
    max_steps=6,
    per_device_train_batch_size=8,
    precision="fp32",
)
GPT2 = TINY.model_copy(update={"architecture": "gpt2"})
IN_PARTS = TINY.model_copy(
    update={"gradient_accumulation_steps": 4, "per_device_train_batch_size": 2}
)
BF16 = TINY.model_copy(update={"precision": "bf16"})
THREADS_TOLERANCE = 2e-4
"""Largest difference of a step's loss between 1 and 2 threads, in fp32: sums in another order."""


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def uneven(rewrite_data):
    """Rows of several lengths, prompts and answers alike."""
    rows = rewrite_data.train.head(300).copy()
    rows["response"] = [text[: 1 + i % len(text)] for i, text in enumerate(rows["response"])]
    rows["input"] = [text[i % 3 :] for i, text in enumerate(rows["input"])]
    return rows


def ours(rows, options, folder, attention="eager"):
    model, tokenizer = starting_model(options, rows)
    model.set_attn_implementation(attention)
    taken = take_rows(tokenizer, rows, options)
    return AnswerTrainer(model, tokenizer, taken, training_arguments(options, len(taken), folder))


def theirs(rows, options, folder):
    model, tokenizer = starting_model(options, rows)
    encoded = encode_rows(tokenizer, rows)
    pairs = list(zip(encoded.prompts, encoded.completions, strict=True))
    ids = [(prompt + answer)[: options.max_length] for prompt, answer in pairs]
    labels = [([IGNORED] * len(p) + answer)[: options.max_length] for p, answer in pairs]
    return SFTTrainer(
        model=model,
        processing_class=tokenizer,
        train_dataset=Dataset.from_dict({"input_ids": ids, "labels": labels}),
        args=training_arguments(options, len(rows), folder),
    )


def losses(trainer):
    trainer.train()
    return [log["loss"] for log in trainer.state.log_history if "loss" in log]


@pytest.mark.parametrize("options", [TINY, GPT2, IN_PARTS], ids=["llama", "gpt2", "in parts"])
def test_losses_and_weights_are_those_of_sft_trainer(uneven, tmp_path, options):
    fast, plain = ours(uneven, options, tmp_path), theirs(uneven, options, tmp_path)
    assert losses(fast) == pytest.approx(losses(plain), abs=2e-5)
    weights = dict(plain.model.named_parameters())
    for name, weight in fast.model.named_parameters():
        torch.testing.assert_close(weight, weights[name], rtol=0, atol=1e-4)


def test_a_wide_vocabulary_goes_through_the_fused_head_to_the_same_losses(
    uneven, tmp_path, monkeypatch
):
    narrow = losses(ours(uneven, TINY, tmp_path))
    monkeypatch.setattr(trainer_module, "NARROW", 1)
    assert losses(ours(uneven, TINY, tmp_path)) == pytest.approx(narrow, abs=2e-5)


@pytest.mark.parametrize("options", [TINY, GPT2], ids=["llama", "gpt2"])
def test_the_kind_of_attention_changes_no_loss(uneven, tmp_path, options):
    eager, fused = (losses(ours(uneven, options, tmp_path, kind)) for kind in ("eager", "sdpa"))
    assert fused == pytest.approx(eager, abs=2e-5)


def test_bf16_starts_at_the_same_loss(uneven, tmp_path):
    exact, rounded = (losses(ours(uneven, options, tmp_path)) for options in (TINY, BF16))
    assert rounded[0] == pytest.approx(exact[0], abs=0.02)


def test_a_batch_in_parts_has_the_loss_of_the_whole(uneven, tmp_path):
    whole, parts = (losses(ours(uneven, options, tmp_path)) for options in (TINY, IN_PARTS))
    assert parts == pytest.approx(whole, abs=2e-5)


def test_checkpointed_activations_change_no_loss(uneven, tmp_path):
    saving = TINY.model_copy(update={"gradient_checkpointing": True})
    plain, saved = (losses(ours(uneven, options, tmp_path)) for options in (TINY, saving))
    assert saved == pytest.approx(plain, abs=1e-6)


def test_one_thread_and_two_agree_within_the_tolerance(uneven, tmp_path):
    wide = TINY.model_copy(update={"width": 64, "max_steps": 2})
    by_threads = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        by_threads.append(losses(ours(uneven, wide, tmp_path)))
    np.testing.assert_allclose(*by_threads, rtol=0, atol=THREADS_TOLERANCE)


FREE = {"padding_free": True}
PACKED = {"packing": True}


@pytest.mark.parametrize("options", [TINY, GPT2, IN_PARTS], ids=["llama", "gpt2", "in parts"])
def test_rows_without_padding_train_the_model_that_padded_ones_train(uneven, tmp_path, options):
    """The same rows in every step, so the same losses and in the end the same weights."""
    padded = ours(uneven, options, tmp_path)
    free = ours(uneven, options.model_copy(update=FREE), tmp_path)
    assert losses(free) == pytest.approx(losses(padded), abs=2e-5)
    weights = dict(padded.model.named_parameters())
    for name, weight in free.model.named_parameters():
        torch.testing.assert_close(weight, weights[name], rtol=0, atol=1e-4)
    assert (free.tokens_seen, free.tokens_trained) == (padded.tokens_seen, padded.tokens_trained)


@pytest.mark.parametrize("options", [TINY, GPT2], ids=["llama", "gpt2"])
def test_packed_rows_have_the_mean_loss_of_padded_ones(uneven, tmp_path, options):
    """One step over all rows: blocks differ from rows in their order alone."""
    still = {"max_steps": 1, "learning_rate": 1e-30, "per_device_train_batch_size": 300}
    padded, packed = (
        ours(uneven, options.model_copy(update=still | how), tmp_path) for how in ({}, PACKED)
    )
    assert len(packed.train_dataset) < len(uneven) * 0.8
    assert losses(packed) == pytest.approx(losses(padded), abs=1e-5)
    assert packed.tokens_seen == padded.tokens_seen == padded.train_dataset.lengths.sum()


@pytest.mark.parametrize("how", [{}, FREE, PACKED], ids=["padded", "padding-free", "packed"])
def test_with_the_loss_everywhere_it_is_that_of_sft_trainer(uneven, tmp_path, how):
    """TRL's own labels are then the ids, of which the first of a row has nothing before it."""
    still = {"max_steps": 1, "learning_rate": 1e-30, "per_device_train_batch_size": 300}
    options = TINY.model_copy(update=still)
    everywhere = options.model_copy(update={"completion_only_loss": False} | how)
    plain = theirs(uneven, options, tmp_path)
    plain.train_dataset = plain.train_dataset.map(lambda row: {"labels": row["input_ids"]})
    assert losses(ours(uneven, everywhere, tmp_path)) == pytest.approx(losses(plain), abs=1e-5)


@pytest.mark.parametrize("how", [FREE, PACKED], ids=["padding-free", "packed"])
def test_rows_end_to_end_go_through_the_fused_head_and_checkpoints_to_the_same_losses(
    uneven, tmp_path, monkeypatch, how
):
    options = TINY.model_copy(update=how)
    narrow = losses(ours(uneven, options, tmp_path))
    saving = options.model_copy(update={"gradient_checkpointing": True})
    assert losses(ours(uneven, saving, tmp_path)) == pytest.approx(narrow, abs=1e-6)
    monkeypatch.setattr(trainer_module, "NARROW", 1)
    assert losses(ours(uneven, options, tmp_path)) == pytest.approx(narrow, abs=2e-5)


def test_a_model_trained_end_to_end_goes_on_as_any_other(uneven, tmp_path):
    trainer = ours(uneven, TINY.model_copy(update=PACKED), tmp_path)
    trainer.train()
    assert trainer.model.config._attn_implementation == "eager"
    with torch.no_grad():
        assert trainer.model(torch.ones(2, 5, dtype=torch.int64)).logits.shape[:2] == (2, 5)


def test_a_chat_is_trained_on_all_its_answers(chat_rows, tmp_path):
    bpe = {"tokenizer": "bpe", "vocabulary": 300, "max_length": 80, "max_steps": 1}
    trainer = ours(chat_rows, TINY.model_copy(update=bpe), tmp_path)
    trainer.train()
    spelled = [trainer.processing_class.encode(text) for text in ("hi", "4", "Yes")]
    assert trainer.tokens_trained == sum(len(ids) + 1 for ids in spelled)


def test_tokens_are_counted_without_padding(uneven, tmp_path):
    options = TINY.model_copy(update={"max_steps": -1})
    trainer = ours(uneven, options, tmp_path)
    trainer.train()
    assert trainer.tokens_seen == trainer.train_dataset.lengths.sum()
    assert trainer.tokens_trained == trainer.train_dataset.trained.sum()


def test_a_batch_whose_answers_are_all_cut_moves_nothing(uneven, tmp_path):
    trainer = ours(uneven, TINY, tmp_path)
    trainer.train_dataset.lengths = np.minimum(trainer.train_dataset.lengths, 4)
    assert losses(trainer) == [0.0] * 6


@pytest.mark.parametrize(
    ("attention", "options"),
    # GPT-2 itself looks for padding where it gets no mask
    [
        ("eager", GPT2),
        ("sdpa", GPT2),
        ("sdpa", TINY.model_copy(update=FREE)),
        ("sdpa", TINY.model_copy(update=PACKED)),
    ],
    ids=["eager", "sdpa", "padding-free", "packed"],
)
def test_no_step_asks_a_tensor_for_its_value(uneven, tmp_path, attention, options):
    """Each such question makes a GPU's queue run empty; logging, every `logging_steps`, may ask."""

    def asked(steps):
        trainer = ours(uneven, options.model_copy(update={"max_steps": steps}), tmp_path, attention)
        trainer.args.logging_steps = 1000
        with Questions() as questions:
            trainer.train()
        return questions.asked

    assert asked(9) == asked(3)


class Questions(TorchDispatchMode):
    """Counts what a host must wait for: values of tensors, and shapes that hang on values."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        names = ("_local_scalar_dense", "nonzero", "is_nonzero", "equal", "masked_select")
        self.asked += function.overloadpacket.__name__ in names
        return function(*args, **(kwargs or {}))


def test_steps_are_given_or_counted_from_epochs():
    assert total_steps(1000, TINY) == 6
    epochs = TINY.model_copy(update={"max_steps": -1, "num_train_epochs": 2.0})
    assert total_steps(1000, epochs) == 250
    assert total_steps(3, epochs) == 1
    assert total_steps(1000, epochs.model_copy(update={"gradient_accumulation_steps": 4})) == 63
