"""How many tokens rows have, for budgets that count them."""

import json
from collections.abc import Iterable
from itertools import islice
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.errors import ConfigError
from diversify.progress import progress
from diversify.quiet import quieten_transformers
from diversify.records import prompt_text

BATCH = 2000
"""Texts that are encoded at once."""


def token_counts(
    rows: pd.DataFrame, unit: Literal["tokens", "trained-tokens"], tokenizer: str
) -> npt.NDArray[np.int64]:
    """Count each row's tokens (n,): of all its texts, or of its answers, which are trained on.

    Each text is encoded by itself and without special tokens, so what a chat template puts around
    the turns is not counted.

    Raises:
        ConfigError: the tokenizer cannot be loaded.
    """
    encoder = load_tokenizer(tokenizer)
    texts, owners = _texts(rows, answers_only=unit == "trained-tokens")
    counts = np.zeros(len(rows), dtype=np.int64)
    waiting = iter(texts)
    lengths: list[int] = []
    with progress("tokens", len(texts)) as advance:
        while batch := list(islice(waiting, BATCH)):
            encoded = encoder(batch, add_special_tokens=False, return_attention_mask=False)
            lengths += [len(ids) for ids in encoded["input_ids"]]
            advance(len(batch))
    np.add.at(counts, np.array(owners, dtype=np.intp), np.array(lengths, dtype=np.int64))
    return counts


def load_tokenizer(name: str) -> Any:
    """Load a tokenizer by its name on the Hub or its path.

    Raises:
        ConfigError: there is none, or it cannot be reached.
    """
    from transformers import AutoTokenizer

    quieten_transformers()
    try:
        return AutoTokenizer.from_pretrained(name)
    except (OSError, ValueError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise ConfigError(f"cannot load the tokenizer '{name}': {first_line}") from error


def _texts(rows: pd.DataFrame, answers_only: bool) -> tuple[list[str], list[int]]:
    """List the texts to count, each with the position of its row."""
    texts: list[str] = []
    owners: list[int] = []
    columns = (rows[name] for name in ("system", "instruction", "input", "response", "more"))
    for owner, (system, instruction, input, response, more) in enumerate(
        zip(*columns, strict=True)
    ):
        own = [response] if answers_only else [system, prompt_text(instruction, input), response]
        own += _later(more, answers_only)
        texts += own
        owners += [owner] * len(own)
    return texts, owners


def _later(more: str, answers_only: bool) -> Iterable[str]:
    """Give the texts of the later turns of a chat."""
    turns = json.loads(more) if more else []
    return [turn["content"] for turn in turns if turn["role"] == "assistant" or not answers_only]
