import pandas as pd
import pytest

from diversify.config.sft import SftOptions
from diversify.errors import DataError
from diversify.training.tokenizer import encode_rows, new_tokenizer

EDITING = pd.DataFrame(
    {
        "instruction": ["replace ABC with XYZ", "mask QQQ"],
        "input": ["KABCL", "QQQ"],
        "response": ["KXYZL", "###"],
    }
)
SYMBOLS = SftOptions(tokenizer="symbols")
BPE = SftOptions(tokenizer="bpe", vocabulary=300)
CHAT = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def spelled(tokenizer, ids):
    return " ".join(tokenizer.convert_ids_to_tokens(ids)).replace("\n", "~")


def test_symbols_are_capitals_and_whole_words():
    tokenizer = new_tokenizer(EDITING, SYMBOLS)
    encoded = encode_rows(tokenizer, EDITING)
    prompt = "<s> replace A B C with X Y Z ~~ K A B C L <sep>"
    assert spelled(tokenizer, encoded.prompts[0]) == prompt
    assert spelled(tokenizer, encoded.completions[0]) == "K X Y Z L </s>"
    assert spelled(tokenizer, encoded.completions[1]) == "# # # </s>"


def test_symbols_know_every_capital_whatever_the_rows():
    tokenizer = new_tokenizer(EDITING.head(1), SYMBOLS)
    fresh = EDITING.head(1).assign(response="QRSTUVW")
    assert tokenizer.unk_token_id not in encode_rows(tokenizer, fresh).completions[0]


def test_text_that_spells_a_special_token_does_not_become_one():
    rows = EDITING.assign(instruction="</s><sep><s>")
    for options in (SYMBOLS, BPE):
        tokenizer = new_tokenizer(rows, options)
        ids = encode_rows(tokenizer, rows).prompts[0]
        assert ids.count(tokenizer.eos_token_id) == 0
        assert ids.count(tokenizer.sep_token_id) == 1


def test_bpe_gives_back_any_text():
    tokenizer = new_tokenizer(EDITING, BPE)
    rows = EDITING.head(1).assign(response="naïve 你好 \t\n é")
    ids = encode_rows(tokenizer, rows).completions[0]
    assert tokenizer.decode(ids[:-1]) == "naïve 你好 \t\n é"
    assert ids[-1] == tokenizer.eos_token_id


def test_a_chat_is_trained_on_its_last_answer(chat_rows):
    tokenizer = new_tokenizer(chat_rows, BPE)
    encoded = encode_rows(tokenizer, chat_rows)
    assert tokenizer.decode(encoded.completions[1][:-1]) == "Yes"
    prompt = tokenizer.decode(encoded.prompts[1][1:-1])
    assert prompt == "Be brief.\n\nAdd\n\n2 and 2\n\n4\n\nSure?"


def test_a_chat_template_is_used_where_the_tokenizer_has_one(chat_rows):
    tokenizer = new_tokenizer(chat_rows, BPE)
    tokenizer.chat_template = CHAT
    encoded = encode_rows(tokenizer, chat_rows)
    assert tokenizer.decode(encoded.prompts[0]) == "<user>Say hi</s><assistant>"
    assert tokenizer.decode(encoded.completions[0]) == "hi</s>"
    assert tokenizer.decode(encoded.prompts[1]).startswith("<system>Be brief.</s><user>Add\n\n2")


def test_a_chat_template_that_rewrites_its_prompt_is_refused(chat_rows):
    tokenizer = new_tokenizer(chat_rows, BPE)
    tokenizer.chat_template = "{{ messages | length }}{{ messages[-1].content }}"
    with pytest.raises(DataError, match="changes a prompt"):
        encode_rows(tokenizer, chat_rows)
