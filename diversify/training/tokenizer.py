"""Tokenizers of new models, and the one way in which rows become token ids."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.sft import SftOptions
from diversify.errors import ConfigError
from diversify.records import prompt_text
from diversify.training.chat import Messages, chat, encode_chats
from diversify.training.encoded import EncodedRows, join_exchanges, join_parts, join_rows

PAD, BOS, EOS, SEP, UNKNOWN = "<pad>", "<s>", "</s>", "<sep>", "<unk>"
SPECIAL = [PAD, BOS, EOS, SEP, UNKNOWN]
SYMBOLS = r"->|[A-Z#]|[a-z]+|\n+|[^\sA-Za-z]"
"""A token of the synthetic tracks: a capital letter, a whole lower-case word, a mark."""


HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w.-]+)?")
"""What the Hub can call a model; anything else is a path."""
KEPT_IN = {
    "model": ("config.json", "adapter_config.json"),
    "tokenizer of": ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"),
}
"""Files of a checkpoint, one of which must be there."""
CHUNK = 20_000
"""Rows that are spelled out as Python lists at once."""


def new_tokenizer(corpus: pd.DataFrame, options: SftOptions) -> Any:
    """Build the tokenizer of a new model from the rows it may ever meet in training."""
    from transformers import PreTrainedTokenizerFast

    prompts, answers, _ = _exchanges(corpus)
    texts = [*prompts, *answers]
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


def load_tokenizer(name: str | Path, revision: str = "main") -> Any:
    """Load a checkpoint's tokenizer alone, by Hub name or path.

    Raises:
        ConfigError: there is no such tokenizer, here or on the Hub.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise ConfigError(not_loaded("tokenizer of", name, error)) from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def not_loaded(what: str, name: str | Path, error: Exception) -> str:
    """Say why a model or its tokenizer cannot be loaded, and what to give."""
    folder = Path(name)
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if folder.is_dir():
        if not any((folder / file).is_file() for file in KEPT_IN[what]):
            reason = f"the folder has no {KEPT_IN[what][0]}"
    elif not HUB_NAME.fullmatch(str(name)):
        reason = "there is no such folder"
    elif "couldn't find them in the cached files" in reason:
        reason = "there is no such folder, and the Hub cannot be reached"
    return f"cannot load the {what} '{name}': {reason}"


def encode_rows(tokenizer: Any, rows: pd.DataFrame) -> EncodedRows:
    """Turn rows into ids: by the tokenizer's chat template where it has one, else plainly.

    Plainly: <s> prompt <sep> completion </s> for a model of ours; prompt, newline, completion and
    the end token for another, after the BOS that its tokenizer sets before a text. A chat is one
    such exchange after the other, and the loss falls on each answer; a row's `prompts` are all that
    stands before the last one.

    Raises:
        ConfigError: the chat template cannot be trained with, or the tokenizer is a slow one.
        DataError: the chat template refuses a row.
    """
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        raise ConfigError(
            f"the tokenizer of {tokenizer.name_or_path} is written in Python: convert it to "
            "tokenizer.json (a fast tokenizer), which the rows are encoded by"
        )
    encode = encode_chats if tokenizer.chat_template else _plainly
    starts = range(0, max(len(rows), 1), CHUNK)
    return join_parts([encode(tokenizer, rows.iloc[at : at + CHUNK]) for at in starts])


def _plainly(tokenizer: Any, rows: pd.DataFrame) -> EncodedRows:
    prompts, answers, turns = _exchanges(rows)
    start, turn = _start(tokenizer), []
    if tokenizer.sep_token_id is not None and tokenizer.bos_token_id is not None:
        start, turn = [tokenizer.bos_token_id], [tokenizer.sep_token_id]
    else:
        prompts = [f"{text}\n" for text in prompts]
    # text of the data that spells a special token must not become one
    tokenizer.backend_tokenizer.encode_special_tokens = True
    first = np.zeros(len(prompts), dtype=bool)
    first[np.cumsum(turns) - turns] = True
    joined = join_rows(
        [
            start * one + ids + turn
            for one, ids in zip(first.tolist(), _ids(tokenizer, prompts), strict=True)
        ],
        [[*ids, tokenizer.eos_token_id] for ids in _ids(tokenizer, answers)],
    )
    return join_exchanges(joined, turns)


def _start(tokenizer: Any) -> list[int]:
    """Give the token that a tokenizer itself sets before a text, if it is its BOS."""
    ids: list[int] = tokenizer("a")["input_ids"]
    return ids[:1] if ids[0] == tokenizer.bos_token_id else []


def _ids(tokenizer: Any, texts: Iterable[str]) -> list[list[int]]:
    encodings = tokenizer.backend_tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [encoding.ids for encoding in encodings]


def _exchanges(rows: pd.DataFrame) -> tuple[list[str], list[str], NDArray[np.int64]]:
    """Give what stands before each answer, the answers, and how many of them each row has."""
    if "more" not in rows.columns or not rows["more"].any():
        return _prompts(rows), list(rows["response"]), np.ones(len(rows), dtype=np.int64)
    chats = [list(_turns(chat(row))) for row in rows.itertuples()]
    prompts, answers = zip(*(turn for turns in chats for turn in turns), strict=True)
    return list(prompts), list(answers), np.fromiter(map(len, chats), np.int64, len(chats))


def _prompts(rows: pd.DataFrame) -> list[str]:
    turns = [prompt_text(i, z) for i, z in zip(rows["instruction"], rows["input"], strict=True)]
    if "system" not in rows.columns:
        return turns
    return [
        f"{system}\n\n{turn}" if system else turn
        for system, turn in zip(rows["system"], turns, strict=True)
    ]


def _turns(messages: Messages) -> Iterator[tuple[str, str]]:
    """Give a chat as exchanges: what stands before each answer, and the answer."""
    before: list[str] = []
    for message in messages:
        if message["role"] == "assistant":
            yield "\n\n".join(before), message["content"]
            before = []
        else:
            before.append(message["content"])


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
