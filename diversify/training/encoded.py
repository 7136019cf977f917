"""Rows as token ids, held as three arrays: a million rows take megabytes, not lists."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    """Tokens of each row's prompt: (rows,)."""

    def __len__(self) -> int:
        return len(self.prompt_lengths)

    def lengths(self) -> NDArray[np.int64]:
        """Tokens of each row, prompt and answer together: (rows,)."""
        return np.diff(self.starts)

    def answer_lengths(self) -> NDArray[np.int64]:
        """Tokens of each row's answer, its end token among them: (rows,)."""
        return self.lengths() - self.prompt_lengths

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
    return EncodedRows(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([[0], np.cumsum(lengths)]),
        np.concatenate([part.prompt_lengths for part in parts]),
    )
