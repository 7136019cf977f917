"""Tokenizers of new models, and the one way in which rows become token ids."""

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from diversify.config.sft import SftOptions
from diversify.errors import DataError
from diversify.records import prompt_text
from diversify.training.encoded import EncodedRows, join_parts, join_rows

PAD, BOS, EOS, SEP, UNKNOWN = "<pad>", "<s>", "</s>", "<sep>", "<unk>"
SPECIAL = [PAD, BOS, EOS, SEP, UNKNOWN]
SYMBOLS = r"->|[A-Z#]|[a-z]+|\n+|[^\sA-Za-z]"
"""A token of the synthetic tracks: a capital letter, a whole lower-case word, a mark."""


CHUNK = 20_000
"""Rows that are spelled out as Python lists at once."""


def new_tokenizer(corpus: pd.DataFrame, options: SftOptions) -> Any:
    """Build the tokenizer of a new model from the rows it may ever meet in training."""
    from transformers import PreTrainedTokenizerFast

    texts = [*_prompts(corpus), *corpus["response"]]
    made = _symbols(texts) if options.tokenizer == "symbols" else _bpe(texts, options.vocabulary)
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        pad_token=PAD,
        bos_token=BOS,
        eos_token=EOS,
        sep_token=SEP,
        unk_token=UNKNOWN,
        padding_side="left",
    )


def encode_rows(tokenizer: Any, rows: pd.DataFrame) -> EncodedRows:
    """Turn rows into ids: by the tokenizer's chat template where it has one, else plainly.

    Plainly: <s> prompt <sep> completion </s> for a model of ours; prompt, newline, completion and
    the end token for another. Loss falls on the completion, a chat's last answer.

    Raises:
        DataError: the chat template rewrites a prompt once its answer is known.
    """
    encode = _by_template if tokenizer.chat_template else _plainly
    starts = range(0, max(len(rows), 1), CHUNK)
    return join_parts([encode(tokenizer, rows.iloc[at : at + CHUNK]) for at in starts])


def _plainly(tokenizer: Any, rows: pd.DataFrame) -> EncodedRows:
    # text of the data that spells a special token must not become one
    tokenizer.backend_tokenizer.encode_special_tokens = True
    ends = [tokenizer.eos_token_id]
    if tokenizer.sep_token_id is not None and tokenizer.bos_token_id is not None:
        starts, turns, texts = [tokenizer.bos_token_id], [tokenizer.sep_token_id], _prompts(rows)
    else:
        starts, turns, texts = [], [], [f"{text}\n" for text in _prompts(rows)]
    return join_rows(
        [starts + ids + turns for ids in _ids(tokenizer, texts)],
        [ids + ends for ids in _ids(tokenizer, _answers(rows))],
    )


def _ids(tokenizer: Any, texts: Iterable[str]) -> list[list[int]]:
    encodings = tokenizer.backend_tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [encoding.ids for encoding in encodings]


def _prompts(rows: pd.DataFrame) -> list[str]:
    turns = [prompt_text(i, z) for i, z in zip(rows["instruction"], rows["input"], strict=True)]
    if "more" not in rows.columns:
        return turns
    return [
        "\n\n".join([*([system] if system else []), turn, *_earlier(response, more)])
        for system, turn, response, more in zip(
            rows["system"], turns, rows["response"], rows["more"], strict=True
        )
    ]


def _earlier(response: str, more: str) -> list[str]:
    """Answers and questions between the first question and the last answer."""
    return [response, *(turn["content"] for turn in json.loads(more)[:-1])] if more else []


def _answers(rows: pd.DataFrame) -> list[str]:
    if "more" not in rows.columns:
        return list(rows["response"])
    return [
        json.loads(more)[-1]["content"] if more else response
        for response, more in zip(rows["response"], rows["more"], strict=True)
    ]


def chat(row: Any) -> list[dict[str, str]]:
    """Spell a row (as `itertuples` gives it) as chat messages."""
    system, more = getattr(row, "system", ""), getattr(row, "more", "")
    return [
        *([{"role": "system", "content": system}] if system else []),
        {"role": "user", "content": prompt_text(row.instruction, row.input)},
        {"role": "assistant", "content": row.response},
        *(json.loads(more) if more else []),
    ]


def _by_template(tokenizer: Any, rows: pd.DataFrame) -> EncodedRows:
    prompts, completions = [], []
    for row in rows.itertuples():
        messages = chat(row)
        prompt = tokenizer.apply_chat_template(
            messages[:-1], add_generation_prompt=True, return_dict=False
        )
        whole = tokenizer.apply_chat_template(messages, return_dict=False)
        if whole[: len(prompt)] != prompt:
            raise DataError(
                f"the chat template of {tokenizer.name_or_path} changes a prompt once its answer "
                "is known: give a template that only appends"
            )
        prompts.append(list(prompt))
        completions.append(list(whole[len(prompt) :]))
    return join_rows(prompts, completions)


def _symbols(texts: list[str]) -> Any:
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    split = pre_tokenizers.Split(Regex(SYMBOLS), behavior="removed", invert=True)
    seen = {piece for text in set(texts) for piece, _ in split.pre_tokenize_str(text)}
    vocabulary = [*SPECIAL, *letters, *sorted(seen - set(letters))]
    numbered = {token: number for number, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordLevel(numbered, unk_token=UNKNOWN))
    tokenizer.pre_tokenizer = split
    tokenizer.add_special_tokens(SPECIAL)
    return tokenizer


def _bpe(texts: list[str], vocabulary: int) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=SPECIAL,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return tokenizer
