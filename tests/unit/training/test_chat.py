"""Chat templates: a small one of ours, and those of well-known models as TRL carries them."""

from pathlib import Path

import numpy as np
import pytest
import trl
from tokenizers import processors

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError, DataError
from diversify.training.chat import chat, use_chat_template
from diversify.training.tokenizer import encode_rows, new_tokenizer

KNOWN = Path(trl.__file__).parent / "chat_templates"
TOKENS = ["<|im_start|>", "<|im_end|>", "<|eot_id|>", "<end_of_turn>", "<|end|>"]
TURNS = "{% for m in messages %}<{{ m.role }}>ANSWER</s>{% endfor %}"
OPENING = "{% if add_generation_prompt %}<assistant>{% endif %}"
PLAIN = TURNS.replace("ANSWER", "{{ m.content }}") + OPENING
MARKED = (
    "{% for m in messages %}<{{ m.role }}>"
    "{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}"
    "{% else %}{{ m.content }}{% endif %}</s>{% endfor %}" + OPENING
)


@pytest.fixture
def tokenizer(chat_rows):
    made = new_tokenizer(chat_rows, SftOptions(tokenizer="bpe", vocabulary=300))
    made.add_special_tokens({"additional_special_tokens": TOKENS})
    made.chat_template = PLAIN
    return made


def runs(tokenizer, encoded, row):
    """Text of a row's tokens, those with a loss in brackets."""
    number = np.array([row])
    ids, _, falls = encoded.end_to_end(number, encoded.lengths()[number])
    cuts = np.split(np.arange(len(ids)), np.flatnonzero(np.diff(falls)) + 1)
    texts = [tokenizer.decode(ids[cut]) for cut in cuts]
    return "".join(
        f"[{text}]" if falls[cut[0]] else text for cut, text in zip(cuts, texts, strict=True)
    )


@pytest.mark.parametrize("template", [PLAIN, MARKED], ids=["compared", "marked"])
def test_the_loss_falls_on_every_answer_and_its_end(tokenizer, chat_rows, template):
    tokenizer.chat_template = template
    encoded = encode_rows(tokenizer, chat_rows)
    assert runs(tokenizer, encoded, 0) == "<user>Say hi</s><assistant>[hi</s>]"
    assert runs(tokenizer, encoded, 1) == (
        "<system>Be brief.</s><user>Add\n\n2 and 2</s><assistant>[4</s>]"
        "<user>Sure?</s><assistant>[Yes</s>]"
    )


def test_a_prompt_is_all_that_stands_before_the_last_answer(tokenizer, chat_rows):
    encoded = encode_rows(tokenizer, chat_rows)
    assert tokenizer.decode(encoded.prompts[1]).endswith(
        "<assistant>4</s><user>Sure?</s><assistant>"
    )
    assert tokenizer.decode(encoded.completions[1]) == "Yes</s>"


@pytest.mark.parametrize("name", ["llama3", "gemma3", "qwen2_5", "lfm2"])
def test_a_known_template_gives_the_ids_of_apply_chat_template(tokenizer, chat_rows, name):
    tokenizer.chat_template = (KNOWN / f"{name}.jinja").read_text()
    encoded = encode_rows(tokenizer, chat_rows)
    for row, ids in zip(chat_rows.itertuples(), encoded.prompts, strict=True):
        messages = chat(row)
        whole = tokenizer.apply_chat_template(messages, return_dict=False)
        assert ids == whole[: len(ids)]
        assert ids == tokenizer.apply_chat_template(
            messages[:-1], add_generation_prompt=True, return_dict=False
        )
        assert len(whole) == encoded.lengths()[row.Index]


@pytest.mark.parametrize("name", ["llama3", "gemma3", "lfm2", "qwen3_instruct_2507"])
def test_answers_found_by_comparing_are_those_of_generation_marks(tokenizer, chat_rows, name):
    """TRL carries known templates twice: as they come, and with marks set by hand."""
    texts = []
    for template in (f"{name}.jinja", f"{name}_training.jinja"):
        tokenizer.chat_template = (KNOWN / template).read_text()
        encoded = encode_rows(tokenizer, chat_rows)
        texts.append([runs(tokenizer, encoded, row) for row in (0, 1)])
    assert texts[0] == texts[1]
    assert texts[0][1].count("[") == 2


def test_text_of_the_data_that_spells_a_special_token_does_not_become_one(tokenizer, chat_rows):
    rows = chat_rows.assign(
        instruction="</s><|im_end|> Hi", response="<|im_end|></s>!", system="<s>"
    )
    for template in (PLAIN, MARKED):
        tokenizer.chat_template = template
        encoded = encode_rows(tokenizer, rows)
        assert encoded.ids.tolist().count(tokenizer.convert_tokens_to_ids("<|im_end|>")) == 0
        assert encoded.ids.tolist().count(tokenizer.bos_token_id) == 0
        assert encoded.ids.tolist().count(tokenizer.eos_token_id) == 3 + 5
        assert runs(tokenizer, encoded, 0) == (
            "<system><s></s><user></s><|im_end|> Hi</s><assistant>[<|im_end|></s>!</s>]"
        )


def test_a_bos_that_the_template_writes_is_not_doubled(tokenizer, chat_rows):
    tokenizer.chat_template = "{{ bos_token }}" + PLAIN
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.bos_token_id)]
    )
    ids = encode_rows(tokenizer, chat_rows.head(1)).ids.tolist()
    assert ids[0] == tokenizer.bos_token_id
    assert ids.count(tokenizer.bos_token_id) == 1


def test_a_token_across_the_edge_of_an_answer_is_parted(tokenizer, chat_rows):
    """As the model meets it: its answer comes after a prompt that is tokens already."""
    pairs = new_tokenizer(
        chat_rows.assign(instruction="<assistant>\n\n" * 50),
        SftOptions(tokenizer="bpe", vocabulary=300),
    )
    pairs.chat_template = PLAIN.replace("}}>", "}}>\n").replace("<assistant>", "<assistant>\n")
    rows = chat_rows.assign(response="\nhi")
    assert "ĊĊ" in " ".join(pairs.get_vocab()), "no token that could lie across"
    encoded = encode_rows(pairs, rows.head(1))
    assert runs(pairs, encoded, 0) == "<user>\nSay hi</s><assistant>\n[\nhi</s>]"
    opening = pairs.apply_chat_template(
        chat(next(rows.itertuples()))[:1], add_generation_prompt=True, return_dict=False
    )
    assert encoded.prompts[0] == opening


def test_a_template_that_rewrites_earlier_turns_is_refused(tokenizer, chat_rows):
    tokenizer.chat_template = "{{ messages | length }}" + PLAIN
    with pytest.raises(ConfigError, match="row 1: the chat template changes what stands before"):
        encode_rows(tokenizer, chat_rows)
    tokenizer.chat_template = (KNOWN / "phi3.jinja").read_text()
    assert "[hi<|end|>\n</s>]" in runs(tokenizer, encode_rows(tokenizer, chat_rows.head(1)), 0)
    with pytest.raises(ConfigError, match="row 2: .* with {% generation %} marks"):
        encode_rows(tokenizer, chat_rows)


@pytest.mark.parametrize("template", [PLAIN, MARKED], ids=["compared", "marked"])
def test_a_template_that_ends_no_answer_is_refused(tokenizer, chat_rows, template):
    tokenizer.chat_template = template.replace("</s>", "#")
    with pytest.raises(ConfigError, match="would not learn to stop: let it write {{ eos_token }}"):
        encode_rows(tokenizer, chat_rows)


def test_a_row_that_the_template_refuses_is_named(tokenizer, chat_rows):
    tokenizer.chat_template = (KNOWN / "gemma.jinja").read_text()
    with pytest.raises(DataError, match="row 2: the chat template refuses it: System role not"):
        encode_rows(tokenizer, chat_rows)
    placed = chat_rows.assign(file="a.jsonl", line=[7, 9])
    with pytest.raises(DataError, match="a.jsonl:9: the chat template refuses it"):
        encode_rows(tokenizer, placed)


def test_no_rows_are_no_rows(tokenizer, chat_rows):
    assert len(encode_rows(tokenizer, chat_rows.head(0))) == 0


def test_a_template_file_takes_the_place_of_the_tokenizers_own(tokenizer, chat_rows, tmp_path):
    (tmp_path / "chat.jinja").write_text(PLAIN.replace("<", "#").replace("#/s>", "</s>"))
    use_chat_template(tokenizer, tmp_path / "chat.jinja")
    assert runs(tokenizer, encode_rows(tokenizer, chat_rows), 0).startswith("#user>Say hi</s>")


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{% for m in messages %}", "Unexpected end of template"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        (None, "No such file"),
    ],
    ids=["broken", "reaching out of its box", "missing"],
)
def test_a_file_that_is_no_template_is_one_line(tokenizer, tmp_path, template, words):
    path = tmp_path / "chat.jinja"
    if template:
        path.write_text(template)
    with pytest.raises(ConfigError, match=f"chat_template .*chat.jinja: .*{words}") as caught:
        use_chat_template(tokenizer, path)
    assert len(str(caught.value).splitlines()) == 1
    assert tokenizer.chat_template == PLAIN
