"""The first batch of a run as text: what the model will read, and where the loss falls."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.sft import SftOptions
from diversify.training.batches import Batches, EndToEndRows
from diversify.training.budget import order_of, within_budget
from diversify.training.chat import MARKS
from diversify.training.taking import take_rows
from diversify.training.tokenizer import load_tokenizer, new_tokenizer

OPEN, CLOSE = "⟦", "⟧"
GREEN, PLAIN = "\x1b[32m", "\x1b[0m"
SEEN = {"\n": "↵\n", "\t": "⇥"}


def shown_batch(
    rows: pd.DataFrame, corpus: pd.DataFrame, options: SftOptions, most: int, colour: bool = False
) -> str:
    """Show some rows of the batch that a run would begin with; no model is loaded.

    Text with a loss stands between ⟦ and ⟧, with `colour` in green too; ↵ is a line's end in the
    text, ⇥ a tab, ? any other character that would steer a terminal.

    Raises:
        ConfigError: there is no such checkpoint, or its chat template cannot be trained with.
        DataError: there is no row, none keeps an answer, or the template refuses one.
    """
    new = not options.model
    tokenizer = new_tokenizer(corpus, options) if new else load_tokenizer(options.model)
    taken = take_rows(tokenizer, rows, options)
    at_once = options.per_device_train_batch_size
    drawn = order_of(len(taken), options.seed, 0)[:at_once]
    batch = taken.rows_of(drawn)
    shown = [_row(tokenizer, taken, int(row), colour) for row in batch[:most]]
    head = [*_batch(taken, drawn, options), _layout(tokenizer, options), ""]
    left = [f"... and {len(batch) - most:,} more of this batch"] if len(batch) > most else []
    return "\n".join([*head, *shown, *left])


def _batch(taken: Batches, drawn: NDArray[np.int64], options: SftOptions) -> Iterator[str]:
    """Count what is in the batch: rows, tokens, those with a loss, padding, and the run's rows."""
    rows, batch = taken.rows, taken.__getitems__(drawn.tolist())
    tokens, trained, size = batch["tokens"], batch["trained"], batch["input_ids"].numel()
    held = len(taken.rows_of(drawn))
    yield (
        f"first batch: {held:,} of {len(rows):,} rows, {tokens:,} tokens, {trained:,} with a loss "
        f"({trained / tokens:.1%}), padding {1 - tokens / size:.1%}"
    )
    if isinstance(taken, EndToEndRows) and taken.blocks:
        room = len(taken) * options.max_length
        yield (
            f"packing: {len(drawn):,} of {len(taken):,} blocks of {options.max_length:,} tokens, "
            f"{taken.lengths.sum() / room:.1%} filled; rows see only themselves"
        )
    elif isinstance(taken, EndToEndRows):
        yield "padding-free: rows end to end; they see only themselves"
    if options.trained_tokens:
        steps = within_budget(options, taken).max_steps
        yield f"budget: {options.trained_tokens:,} tokens with a loss, spent in {steps:,} steps"
    yield (
        f"all rows: {rows.lengths.sum():,} tokens, {rows.trained.sum():,} with a loss; "
        f"cut at max_length: {rows.too_long:,} rows; left without an answer: "
        f"{rows.without_answer:,}"
    )


def _layout(tokenizer: Any, options: SftOptions) -> str:
    """Say what laid the rows out, and how it was found where the loss falls."""
    if not tokenizer.chat_template:
        words = "plain (the tokenizer has no chat template)"
    else:
        words = options.chat_template or f"chat template of {options.model}"
        template = tokenizer.get_chat_template()
        by = "its generation marks" if MARKS.search(template) else "what each answer adds"
        words += f"; answers found by {by}"
        if "strftime_now" in template:
            words += "; it writes the date of the day into rows"
    place = "answers" if options.completion_only_loss else "every token"
    return f"layout: {words}; loss on {place}, between {OPEN} and {CLOSE}"


def _row(tokenizer: Any, taken: Batches, row: int, colour: bool) -> str:
    """Show one row, as it is cut, with its number in the file."""
    rows, number = taken.rows, np.array([row])
    length = rows.lengths[number]
    ids, _, falls = rows.encoded.end_to_end(number, length)
    whole = int(rows.encoded.lengths()[row])
    cut = f", cut from {whole:,}" if whole > length[0] else ""
    head = f"row {row + 1}: {length[0]:,} tokens{cut}, {rows.trained[row]:,} with a loss"
    text = "".join(_pieces(tokenizer, ids.tolist(), falls.tolist(), colour))
    body = "\n".join(f"  {line}" for line in text.split("\n"))
    return f"{head}\n{body}\n"


def _pieces(tokenizer: Any, ids: list[int], falls: list[bool], colour: bool) -> Iterator[str]:
    """Decode runs of tokens, those with a loss marked."""
    for trained, pairs in groupby(zip(falls, ids, strict=True), key=lambda pair: pair[0]):
        run = [number for _, number in pairs]
        text = tokenizer.decode(run, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        seen = "".join(_seen(character) for character in text)
        if not trained:
            yield seen
            continue
        marked = f"{OPEN}{seen}{CLOSE}"
        yield (
            "\n".join(f"{GREEN}{line}{PLAIN}" for line in marked.split("\n")) if colour else marked
        )


def _seen(character: str) -> str:
    """Show a character as what it is, or by a sign where it would steer a terminal."""
    return character if character.isprintable() else SEEN.get(character, "?")
