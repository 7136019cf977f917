"""Rows as token ids, held as three arrays: a million rows take megabytes, not lists."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class EncodedRows:
    """Token ids of rows: what the model reads (the prompt), and what it is to write."""

    ids: NDArray[np.int32]
    """Ids of all rows, one row after the other, each its prompt and then its answer: (tokens,)."""
    starts: NDArray[np.int64]
    """Where each row starts in `ids`, and where the last one ends: (rows + 1,)."""
    prompt_lengths: NDArray[np.int64]
    """Tokens of each row before its (last) answer: (rows,)."""
    trained: NDArray[np.bool_] | None = None
    """Tokens on which the loss falls: (tokens,); None where these are the answers, one a row."""

    def __len__(self) -> int:
        return len(self.prompt_lengths)

    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row, prompt and answer together: (rows,)."""
        return np.diff(self.starts)

    def answer_lengths(self) -> NDArray[np.int64]:
        """Tokens of each row's answer, its end token among them: (rows,)."""
        return self.lengths() - self.prompt_lengths

    def trained_counts(self, kept: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the tokens with a loss among the first `kept` of each row: (rows,).

        The first token of a row is never one: nothing stands before it to foretell it.
        """
        if self.trained is None:
            return np.maximum(kept - np.maximum(self.prompt_lengths, 1), 0)
        before = np.concatenate([[0], np.cumsum(self.trained)])
        starts = self.starts[:-1]
        counts: NDArray[np.int64] = before[starts + kept] - before[starts + np.minimum(kept, 1)]
        return counts

    def trained_heads(
        self, rows: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Say which tokens of each row's head have a loss, False on the right: (B, longest)."""
        columns = np.arange(lengths.max(initial=0))
        inside = columns < lengths[:, None]
        if self.trained is None:
            return inside & (columns >= np.maximum(self.prompt_lengths[rows], 1)[:, None])
        places = np.where(inside, self.starts[rows][:, None] + columns, 0)
        return inside & (columns > 0) & self.trained[places]

    def end_to_end(
        self, rows: NDArray[np.int64], lengths: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """Lay heads of rows one after the other: (ids, place within the row, has a loss), (S,)."""
        ends = np.cumsum(lengths)
        positions = np.arange(lengths.sum()) - np.repeat(ends - lengths, lengths)
        places = np.repeat(self.starts[rows], lengths) + positions
        if self.trained is None:
            falls = positions >= np.repeat(np.maximum(self.prompt_lengths[rows], 1), lengths)
        else:
            falls = self.trained[places] & (positions > 0)
        return self.ids[places].astype(np.int64), positions, falls

    @property
    def prompts(self) -> list[list[int]]:
        """Ids that the model reads, row by row."""
        return self._cut(self.starts[:-1], self.starts[:-1] + self.prompt_lengths)

    @property
    def completions(self) -> list[list[int]]:
        """Ids that the model is to write, row by row."""
        return self._cut(self.starts[:-1] + self.prompt_lengths, self.starts[1:])

    def _cut(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> list[list[int]]:
        return [self.ids[start:end].tolist() for start, end in zip(starts, ends, strict=True)]

    def padded(
        self, rows: NDArray[np.int64], lengths: NDArray[np.int64], fill: int
    ) -> NDArray[np.int64]:
        """Give the head of each row as a table, `fill` on the right of shorter ones: (B, longest).

        Rows of one length are taken in one piece, without a look at padding.
        """
        columns = np.arange(lengths.max(initial=0))
        places = self.starts[rows][:, None] + columns
        if (lengths == len(columns)).all():
            return self.ids[places].astype(np.int64)
        inside = columns < lengths[:, None]
        return np.where(inside, self.ids[np.where(inside, places, 0)], fill).astype(np.int64)


def join_rows(prompts: Sequence[list[int]], completions: Sequence[list[int]]) -> EncodedRows:
    """Lay lists of ids, prompt and completion in turns, end to end."""
    prompt_lengths = np.fromiter(map(len, prompts), np.int64, len(prompts))
    lengths = prompt_lengths + np.fromiter(map(len, completions), np.int64, len(prompts))
    pairs = chain.from_iterable(zip(prompts, completions, strict=True))
    ids = np.fromiter(chain.from_iterable(pairs), np.int32, int(lengths.sum()))
    return EncodedRows(ids, np.concatenate([[0], np.cumsum(lengths)]), prompt_lengths)


def join_parts(parts: Sequence[EncodedRows]) -> EncodedRows:
    """Lay the rows of all parts end to end, in order."""
    lengths = np.concatenate([part.lengths() for part in parts])
    marked = any(part.trained is not None for part in parts)
    return EncodedRows(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.prompt_lengths for part in parts]),
        np.concatenate([_answers(part) for part in parts]) if marked else None,
    )


def join_exchanges(exchanges: EncodedRows, turns: NDArray[np.int64]) -> EncodedRows:
    """Make one row of each chat: its `turns` exchanges one after the other, loss on each answer."""
    if (turns == 1).all():
        return exchanges
    lasts = np.cumsum(turns) - 1
    starts = exchanges.starts[np.concatenate([[0], lasts + 1])]
    answers = exchanges.starts[lasts] + exchanges.prompt_lengths[lasts]
    return EncodedRows(exchanges.ids, starts, answers - starts[:-1], _answers(exchanges))


def everywhere(encoded: EncodedRows) -> EncodedRows:
    """Give the same rows with the loss on every token, prompts included."""
    return replace(encoded, trained=np.ones(len(encoded.ids), dtype=bool))


def _answers(encoded: EncodedRows) -> NDArray[np.bool_]:
    """Say of each token whether it belongs to an answer that is trained on: (tokens,)."""
    if encoded.trained is not None:
        return encoded.trained
    pairs = np.stack([encoded.prompt_lengths, encoded.answer_lengths()], axis=1).ravel()
    return np.repeat(np.arange(len(pairs)) % 2 == 1, pairs)
