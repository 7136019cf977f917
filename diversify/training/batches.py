"""Rows as a trainer takes them: whole batches cut out of arrays, with no list in between."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from diversify.errors import DataError
from diversify.training.encoded import EncodedRows
from diversify.training.packing import Blocks

IGNORED = -100
"""Label of a token on which no loss falls."""


class Batches(Protocol):
    """What the trainer draws from: rows, or blocks of rows, whose order a sampler shuffles."""

    rows: "TrainingRows"
    """The rows themselves."""
    lengths: NDArray[np.int64]
    """Tokens of each thing that is drawn: (n,)."""
    trained: NDArray[np.int64]
    """Those of them with a loss: (n,)."""

    def __len__(self) -> int:
        """Count the things that are drawn."""
        ...

    def rows_of(self, drawn: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the rows that a batch of them holds, in order."""
        ...

    def __getitems__(self, drawn: list[int]) -> dict[str, Any]:
        """Give a batch."""
        ...


class TrainingRows:
    """A map-style dataset that gives a whole batch for a list of row numbers.

    A batch holds `input_ids` (B, T), padded on the right; `labels` (B, K), those of the last K
    positions, the answers' tokens and the one before them, IGNORED where no loss falls; and
    `tokens` and `trained`, how many of the ids are no padding, and how many have a loss. No loss
    falls before the last K, so that no logits are needed there. Padding on the right needs no
    attention mask: what a causal model makes of a token never depends on later ones.
    """

    def __init__(self, encoded: EncodedRows, max_length: int, pad: int) -> None:
        """Keep the first `max_length` tokens of each row.

        Raises:
            DataError: there is no row, or none keeps a token of its answer.
        """
        if not len(encoded):
            raise DataError("there are no rows to train on")
        self.rows, self.encoded, self.pad = self, encoded, pad
        self.lengths = np.minimum(encoded.lengths(), max_length)
        self.trained = encoded.trained_counts(self.lengths)
        self.too_long = int((encoded.lengths() > max_length).sum())
        self.without_answer = int((self.trained == 0).sum())
        if self.without_answer == len(encoded):
            raise DataError(f"no row keeps an answer within max_length {max_length}: raise it")

    def __len__(self) -> int:
        return len(self.lengths)

    def rows_of(self, drawn: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the rows themselves: they are what is drawn."""
        return drawn

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Give a batch of one."""
        return self.__getitems__([row])

    def __getitems__(self, rows: list[int]) -> dict[str, Any]:
        """Give the batch of these rows; a DataLoader asks for all of them at once."""
        import torch

        batch = np.asarray(rows)
        lengths = self.lengths[batch]
        ids = self.encoded.padded(batch, lengths, self.pad)
        falls = self.encoded.trained_heads(batch, lengths)
        first = max(0, np.flatnonzero(falls.any(axis=0)).min(initial=ids.shape[1]) - 1)
        return {
            "input_ids": torch.from_numpy(ids),
            "labels": torch.from_numpy(np.where(falls, ids, IGNORED)[:, first:]),
            "tokens": int(lengths.sum()),
            "trained": int(falls.sum()),
        }


class EndToEndRows:
    """A map-style dataset whose batches are one long row without padding: S tokens.

    What is drawn is a block of rows, or a single row where they are not packed. A batch holds
    `input_ids` and `position_ids` (1, S), counted anew in each row; `row_lengths`, where the rows
    end; `foretelling` (n,), the positions whose next token has a loss; `labels` (1, 1 + n), these
    tokens, with one IGNORED before them (the trainer never counts the first); `tokens`, `trained`.
    """

    def __init__(self, rows: TrainingRows, blocks: Blocks | None = None) -> None:
        """Draw the blocks of rows, or without any the rows one by one."""
        self.rows, self.blocks = rows, blocks
        self.lengths = blocks.sums(rows.lengths) if blocks else rows.lengths
        self.trained = blocks.sums(rows.trained) if blocks else rows.trained

    def __len__(self) -> int:
        return len(self.lengths)

    def rows_of(self, drawn: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the rows of the blocks, block by block."""
        return self.blocks.rows_of(drawn) if self.blocks else drawn

    def __getitem__(self, number: int) -> dict[str, Any]:
        """Give a batch of one."""
        return self.__getitems__([number])

    def __getitems__(self, drawn: list[int]) -> dict[str, Any]:
        """Give the batch of these blocks; a DataLoader asks for all of them at once."""
        import torch

        batch = self.rows_of(np.asarray(drawn))
        lengths = self.rows.lengths[batch]
        ids, positions, falls = self.rows.encoded.end_to_end(batch, lengths)
        labels = np.concatenate([[IGNORED], ids[falls]])
        return {
            "input_ids": torch.from_numpy(ids[None]),
            "position_ids": torch.from_numpy(positions[None]),
            "row_lengths": lengths.tolist(),
            "foretelling": torch.from_numpy(np.flatnonzero(falls) - 1),
            "labels": torch.from_numpy(labels[None]),
            "tokens": len(ids),
            "trained": len(labels) - 1,
        }
