import numpy as np
import pandas as pd
import pytest
from tokenizers import processors

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.training.tokenizer import encode_rows, load_tokenizer, new_tokenizer

EDITING = pd.DataFrame(
    {
        "instruction": ["replace ABC with XYZ", "mask QQQ"],
        "input": ["KABCL", "QQQ"],
        "response": ["KXYZL", "###"],
    }
)
SYMBOLS = SftOptions(tokenizer="symbols")
BPE = SftOptions(tokenizer="bpe", vocabulary=300)


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


def test_a_plain_chat_is_one_exchange_after_the_other(chat_rows):
    tokenizer = new_tokenizer(chat_rows, BPE)
    encoded = encode_rows(tokenizer, chat_rows)
    assert tokenizer.decode(encoded.completions[1]) == "Yes</s>"
    prompt = "<s>Be brief.\n\nAdd\n\n2 and 2<sep>4</s>Sure?<sep>"
    assert tokenizer.decode(encoded.prompts[1]) == prompt
    assert answers(tokenizer, encoded) == [["hi</s>"], ["4</s>", "Yes</s>"]]


def test_chats_leave_the_ids_of_single_exchanges_as_they_are(chat_rows):
    tokenizer = new_tokenizer(chat_rows, BPE)
    alone, among = encode_rows(tokenizer, chat_rows.head(1)), encode_rows(tokenizer, chat_rows)
    assert alone.prompts[0] == among.prompts[0]
    assert alone.trained is None, "a mask that says no more than the lengths of prompts"


def test_another_models_rows_begin_with_the_bos_that_its_tokenizer_sets(chat_rows):
    tokenizer = new_tokenizer(chat_rows, BPE)
    tokenizer.sep_token = None
    assert spelled_out(tokenizer, chat_rows, 0) == "Say hi\nhi</s>"
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", tokenizer.bos_token_id)]
    )
    assert spelled_out(tokenizer, chat_rows, 0) == "<s>Say hi\nhi</s>"
    whole = "<s>Be brief.\n\nAdd\n\n2 and 2\n4</s>Sure?\nYes</s>"
    assert spelled_out(tokenizer, chat_rows, 1) == whole


def test_a_tokenizer_written_in_python_is_refused(chat_rows):
    class Slow:
        name_or_path = "old"

    with pytest.raises(ConfigError, match="tokenizer of old is written in Python: convert it"):
        encode_rows(Slow(), chat_rows)


def test_a_tokenizer_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigError, match="cannot load the tokenizer of '.*missing'"):
        load_tokenizer(tmp_path / "missing")


@pytest.mark.parametrize("name", ["./missing", "a/b/missing", "{there}/missing"])
def test_a_folder_that_is_not_there_is_not_taken_for_a_fault_of_the_hub(tmp_path, name):
    with pytest.raises(ConfigError, match="missing': there is no such folder$"):
        load_tokenizer(name.format(there=tmp_path))


def test_a_checkpoint_without_a_tokenizer_says_which_file_it_lacks(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(ConfigError, match=r": the folder has no tokenizer\.json$"):
        load_tokenizer(tmp_path)


def spelled_out(tokenizer, rows, row):
    encoded = encode_rows(tokenizer, rows)
    return tokenizer.decode(encoded.prompts[row] + encoded.completions[row])


def answers(tokenizer, encoded):
    """Text of each run of tokens with a loss, row by row."""
    found = []
    for row in range(len(encoded)):
        number = np.array([row])
        ids, _, falls = encoded.end_to_end(number, encoded.lengths()[number])
        runs = np.split(np.arange(len(ids)), np.flatnonzero(np.diff(falls)) + 1)
        found.append([tokenizer.decode(ids[run]) for run in runs if falls[run[0]]])
    return found
