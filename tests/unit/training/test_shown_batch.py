import re

import pandas as pd
import pytest

from diversify.config.sft import SftOptions
from diversify.training.shown_batch import shown_batch

BPE = SftOptions(
    tokenizer="bpe", vocabulary=300, max_length=64, per_device_train_batch_size=2, seed=1
)
CHAT = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def shown(rows, most=2, colour=False, **changes):
    return shown_batch(rows, rows, BPE.model_copy(update=changes), most, colour)


def test_every_answer_is_marked_and_every_line_end_is_seen(chat_rows):
    text = shown(chat_rows)
    assert "  <s>Say hi<sep>⟦hi</s>⟧\n" in text
    assert "  2 and 2<sep>⟦4</s>⟧Sure?<sep>⟦Yes</s>⟧\n" in text
    assert "  <s>Be brief.↵\n  ↵\n  Add↵\n" in text
    assert "layout: plain (the tokenizer has no chat template); loss on answers" in text


def test_the_counts_of_the_batch_and_of_all_rows_are_told(chat_rows):
    text = shown(chat_rows)
    lengths = [int(number) for number in re.findall(r"^row \d: (\d+) tokens", text, re.M)]
    trained = [int(number) for number in re.findall(r"(\d+) with a loss$", text, re.M)]
    padding = 1 - sum(lengths) / (2 * max(lengths))
    assert text.startswith(
        f"first batch: 2 of 2 rows, {sum(lengths)} tokens, {sum(trained)} with a loss "
        f"({sum(trained) / sum(lengths):.1%}), padding {padding:.1%}\n"
    )
    assert "cut at max_length: 0 rows; left without an answer: 0" in text


def test_rows_are_those_that_the_run_begins_with(rewrite_data):
    from diversify.training.budget import order_of

    rows = rewrite_data.train.head(50)
    text = shown(rows, per_device_train_batch_size=8, most=3)
    numbers = [int(number) - 1 for number in re.findall(r"^row (\d+):", text, re.M)]
    assert numbers == order_of(50, seed=1, epoch=0)[:3].tolist()
    assert text.endswith("... and 5 more of this batch")


def test_blocks_a_budget_and_cut_rows_are_told(chat_rows):
    text = shown(chat_rows, packing=True, trained_tokens=50, max_length=16)
    assert re.search(r"packing: 2 of 2 blocks of 16 tokens, \d\d\.\d% filled", text)
    assert re.search(r"budget: 50 tokens with a loss, spent in \d+ steps", text)
    assert re.search(r"16 tokens, cut from \d+, \d+ with a loss", text)
    assert "padding 0.0%" in text
    assert "cut at max_length: 1 rows; left without an answer: 0" in text


def test_the_layout_says_what_laid_the_rows_out(chat_rows, tmp_path):
    (tmp_path / "chat.jinja").write_text(CHAT)
    text = shown(chat_rows, chat_template=str(tmp_path / "chat.jinja"))
    assert "chat.jinja; answers found by what each answer adds; loss on answers" in text
    assert "  <user>Say hi</s><assistant>⟦hi</s>⟧\n" in text
    dated = CHAT.replace("{% for", "{{ strftime_now('%Y') }}{% for", 1)
    (tmp_path / "chat.jinja").write_text(dated)
    assert "it writes the date of the day" in shown(
        chat_rows, chat_template=str(tmp_path / "chat.jinja"), completion_only_loss=False
    )


def test_nothing_that_steers_a_terminal_comes_through():
    rows = pd.DataFrame(
        {"instruction": ["\x1b[31m\u202eevil\r"], "input": "", "response": ["\x07\ta\nb"]}
    )
    text = shown(rows)
    assert "<s>?[31m?evil?<sep>⟦?⇥a↵\n  b</s>⟧" in text
    assert all(character.isprintable() or character == "\n" for character in text)


def test_colour_is_for_terminals_and_ends_with_its_line(chat_rows):
    plain, green = shown(chat_rows), shown(chat_rows.assign(response="a\nb"), colour=True)
    assert "\x1b" not in plain
    for line in green.splitlines():
        assert line.count("\x1b[32m") == line.count("\x1b[0m")
    assert "\x1b[32m⟦a↵\x1b[0m\n  \x1b[32mb</s>⟧\x1b[0m" in green


@pytest.mark.parametrize("colour", [False, True])
def test_no_model_is_loaded(chat_rows, monkeypatch, colour):
    import transformers

    monkeypatch.delattr(transformers.AutoModelForCausalLM, "from_config")
    assert shown(chat_rows, colour=colour)
