"""Texts in which answers are marked, as token ids of which the answers' have a loss.

A text becomes ids as a whole, as `apply_chat_template` does it, and no BOS is added to the one that
a template writes.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diversify.training.encoded import EncodedRows

Spans = list[tuple[int, int]]
"""Where answers start and end in a text, in characters."""
AT_ONCE = 1000
"""Texts whose tokens' places are held at once."""


def encode_texts(
    tokenizer: Any, texts: list[str], spans: list[Spans], breaks: list[str]
) -> EncodedRows:
    """Encode texts, the loss on their spans.

    Where a token would lie across the edge of an answer, the pieces are encoded one by one, since
    that is how a model meets them: it writes its answer after a prompt that is tokens already. A
    mark in `breaks`, where it is not empty, stands for nothing in its text, but parts tokens.
    """
    backend = tokenizer.backend_tokenizer
    backend.encode_special_tokens = False  # those of the template are to become tokens
    rows = []
    for encoding, text, answers, mark in zip(
        _encodings(backend, texts), texts, spans, breaks, strict=True
    ):
        row = None if mark else _whole(encoding, answers)
        rows.append(row or _in_pieces(backend, text, answers, mark))
    lengths = np.fromiter((len(ids) for ids, _, _ in rows), np.int64, len(rows))
    return EncodedRows(
        np.fromiter(chain.from_iterable(ids for ids, _, _ in rows), np.int32, int(lengths.sum())),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.fromiter((before for _, _, before in rows), np.int64, len(rows)),
        np.concatenate([np.zeros(0, dtype=bool), *(falls for _, falls, _ in rows)]),
    )


def _encodings(backend: Any, texts: list[str]) -> Iterator[Any]:
    """Encode texts, some at a time: what is known of each token takes a hundred bytes."""
    for at in range(0, len(texts), AT_ONCE):
        yield from backend.encode_batch(texts[at : at + AT_ONCE], add_special_tokens=False)


Row = tuple[list[int], NDArray[np.bool_], int]
"""Ids, which of them have a loss, and how many stand before the last answer."""


def _whole(encoding: Any, spans: Spans) -> Row | None:
    """Give the row as it was encoded; nothing where a token lies across the edge of an answer."""
    offsets = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    starts, ends = offsets.T
    falls = np.zeros(len(offsets), dtype=bool)
    for edges in spans:
        if any(((starts < edge) & (edge < ends)).any() for edge in edges):
            return None
        falls |= (starts >= edges[0]) & (starts < edges[1])
    prompt = int((starts < spans[-1][0]).sum()) if spans else len(offsets)
    return encoding.ids, falls, prompt


def _in_pieces(backend: Any, text: str, spans: Spans, mark: str) -> Row:
    """Encode a text piece by piece: cut at the edges of answers, and at marks."""
    ids: list[int] = []
    falls: list[bool] = []
    prompt = 0
    for start, end, answer in _pieces(text, spans):
        if spans and start == spans[-1][0]:
            prompt = len(ids)
        parts = text[start:end].split(mark) if mark else [text[start:end]]
        encodings = backend.encode_batch(parts, add_special_tokens=False)
        new = [number for encoding in encodings for number in encoding.ids]
        ids += new
        falls += [answer] * len(new)
    return ids, np.asarray(falls, dtype=bool), prompt if spans else len(ids)


def _pieces(text: str, spans: Spans) -> Iterator[tuple[int, int, bool]]:
    """Cut a text at the edges of its answers: (start, end, whether it is an answer)."""
    at = 0
    for start, end in spans:
        yield at, start, False
        yield start, end, True
        at = end
    yield at, len(text), False
