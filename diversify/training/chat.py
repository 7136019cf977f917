"""Chats as token ids through a chat template, and where in them the loss falls.

Templates are rendered by transformers alone, in its sandbox. The loss falls on all that the
assistant says, its end-of-turn tokens among it: between the template's own {% generation %} marks
where it has them, else on what each answer adds to the chat before it.
"""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from diversify.curation.reading.fields import one_line
from diversify.errors import ConfigError, DataError
from diversify.records import prompt_text
from diversify.training.chat_tokens import Spans, encode_texts
from diversify.training.encoded import EncodedRows

MARKS = re.compile(r"\{%-?\s*generation\s*-?%\}")
BREAKS = [chr(code) for code in range(0xFDD0, 0xFDF0)]
"""Code points that are no characters (Unicode 23.7): no text has them all."""

Messages = list[dict[str, str]]
Render = Callable[..., str]


def use_chat_template(tokenizer: Any, path: Path) -> None:
    """Have a tokenizer lay chats out by a Jinja file; the template is saved with the tokenizer.

    Raises:
        ConfigError: the file cannot be read, or is no template.
    """
    from jinja2 import TemplateError

    try:
        template = path.read_text(encoding="utf-8")
        turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
        tokenizer.apply_chat_template(turns, chat_template=template, tokenize=False)
    except (OSError, UnicodeDecodeError, TemplateError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(f"chat_template {path}: {one_line(reason, 200)}") from error
    tokenizer.chat_template = template


def chat(row: Any) -> Messages:
    """Spell a row (as `itertuples` gives it) as chat messages."""
    system, more = getattr(row, "system", ""), getattr(row, "more", "")
    return [
        *([{"role": "system", "content": system}] if system else []),
        {"role": "user", "content": prompt_text(row.instruction, row.input)},
        {"role": "assistant", "content": row.response},
        *(json.loads(more) if more else []),
    ]


def encode_chats(tokenizer: Any, rows: pd.DataFrame) -> EncodedRows:
    """Turn rows into ids by the tokenizer's chat template, the loss on every answer.

    Text of the data that spells a special token does not become one.

    Raises:
        ConfigError: the template rewrites what it wrote before a turn, or ends no answer.
        DataError: the template refuses a row.
    """
    template = tokenizer.get_chat_template()
    special = _tokens(tokenizer, special=True)
    added = _tokens(tokenizer, special=False)
    spans_of = partial(_marked, tokenizer, added) if MARKS.search(template) else _compared
    render = partial(tokenizer.apply_chat_template, tokenize=False)
    texts: list[str] = []
    spans: list[Spans] = []
    breaks: list[str] = []
    for row in rows.itertuples():
        messages, mark = _broken(chat(row), special)
        text, answers = _rendered(spans_of, render, messages, row)
        if not texts:
            _check_ends(added, text, answers)
        texts.append(text)
        spans.append(answers)
        breaks.append(mark)
    return encode_texts(tokenizer, texts, spans, breaks)


def _tokens(tokenizer: Any, special: bool) -> re.Pattern[str]:
    """Give a pattern of what the tokenizer reads as one token whatever stands around it.

    That is its special tokens, or all that were added to it; a longer one goes before a shorter.
    """
    added = tokenizer.added_tokens_decoder.values()
    names = {token.content for token in added if token.special or not special}
    longest_first = sorted({*names, *tokenizer.all_special_tokens}, key=lambda name: -len(name))
    return re.compile("|".join(map(re.escape, longest_first)) or "(?!)")


def _broken(messages: Messages, special: re.Pattern[str]) -> tuple[Messages, str]:
    """Break what spells a special token in two, by a mark that is in no message."""
    whole = "".join(message["content"] for message in messages)
    if not special.search(whole):
        return messages, ""
    mark = next(mark for mark in BREAKS if mark not in whole)
    texts = [
        special.sub(lambda found: found[0][0] + mark + found[0][1:], message["content"])
        for message in messages
    ]
    return [{**old, "content": text} for old, text in zip(messages, texts, strict=True)], mark


def _rendered(
    spans_of: Callable[[Render, Messages], tuple[str, Spans]],
    render: Render,
    messages: Messages,
    row: Any,
) -> tuple[str, Spans]:
    from jinja2 import TemplateError

    try:
        return spans_of(render, messages)
    except ConfigError as error:
        raise ConfigError(f"{_place(row)}: {error}") from error
    except TemplateError as error:
        reason = one_line(str(error), 200)
        raise DataError(f"{_place(row)}: the chat template refuses it: {reason}") from error


def _place(row: Any) -> str:
    """Say where a row came from."""
    if getattr(row, "file", ""):
        return f"{row.file}:{row.line}"
    return f"row {row.Index + 1}"


def _marked(
    tokenizer: Any, added: re.Pattern[str], render: Render, messages: Messages
) -> tuple[str, Spans]:
    """Take the template's own marks, and the end-of-turn token behind them where it was left out.

    What ends the last answer is such a token, as nothing else can follow it.
    """
    from transformers.utils.chat_template_utils import render_jinja_template

    rendered: Any = render_jinja_template(
        [messages],
        chat_template=tokenizer.get_chat_template(),
        return_assistant_tokens_mask=True,
        **tokenizer.special_tokens_map,
    )
    text: str = rendered[0][0]
    spans: Spans = [span for span in rendered[1][0] if span[0] < span[1]]
    end = added.match(text, spans[-1][1]) if spans else None
    if end is None:
        return text, spans
    longer = [(a, b + len(end[0]) * text.startswith(end[0], b)) for a, b in spans]
    return text, longer


def _compared(render: Render, messages: Messages) -> tuple[str, Spans]:
    """Find what each answer adds to the chat before it, the turn's opening apart."""
    whole, spans = render(messages), []
    for at, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        before = render(messages[:at], add_generation_prompt=True)
        after = whole if at == len(messages) - 1 else render(messages[: at + 1])
        if not (after.startswith(before) and whole.startswith(after)):
            raise ConfigError(
                "the chat template changes what stands before an answer once the answer, or a "
                "later turn, is known: name as chat_template a Jinja file that only appends, or "
                "one with {% generation %} marks around the answers"
            )
        spans.append((len(before), len(after)))
    return whole, spans


def _check_ends(added: re.Pattern[str], text: str, spans: Spans) -> None:
    """See that a model can learn to stop: an answer must hold a token that ends it."""
    if spans and not added.search(text, *spans[-1]):
        raise ConfigError(
            "the chat template ends no answer with a special token of the tokenizer, so that a "
            "model would not learn to stop: let it write {{ eos_token }} behind each answer"
        )
