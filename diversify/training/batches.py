"""Rows as a trainer takes them: whole batches cut out of arrays, with no list in between."""

from typing import Any

import numpy as np

from diversify.errors import DataError
from diversify.training.encoded import EncodedRows

IGNORED = -100
"""Label of a token on which no loss falls."""


class TrainingRows:
    """A map-style dataset that gives a whole batch for a list of row numbers.

    A batch holds `input_ids` (B, T), padded on the right; `labels` (B, K), those of the last K
    positions, the answers' tokens and the one before them, IGNORED where no loss falls; and
    `tokens`, how many of the ids are no padding. All positions before the last K belong to prompts
    alone, so that no logits are needed there. Padding on the right needs no attention mask: what a
    causal model makes of a token never depends on later ones.
    """

    def __init__(self, encoded: EncodedRows, max_length: int, pad: int) -> None:
        """Keep the first `max_length` tokens of each row.

        Raises:
            DataError: there is no row, or none keeps a token of its answer.
        """
        if not len(encoded):
            raise DataError("there are no rows to train on")
        self.encoded, self.pad = encoded, pad
        self.lengths = np.minimum(encoded.lengths(), max_length)
        self.too_long = int((encoded.lengths() > max_length).sum())
        if (encoded.prompt_lengths >= self.lengths).all():
            raise DataError(f"no row keeps an answer within max_length {max_length}: raise it")

    def __len__(self) -> int:
        return len(self.lengths)

    def __getitem__(self, row: int) -> dict[str, Any]:
        """Give a batch of one."""
        return self.__getitems__([row])

    def __getitems__(self, rows: list[int]) -> dict[str, Any]:
        """Give the batch of these rows; a DataLoader asks for all of them at once."""
        import torch

        batch = np.asarray(rows)
        lengths, prompts = self.lengths[batch], self.encoded.prompt_lengths[batch]
        ids = self.encoded.padded(batch, lengths, self.pad)
        first = max(0, min(int(prompts.min()), ids.shape[1]) - 1)
        columns = np.arange(first, ids.shape[1])
        answers = (columns >= prompts[:, None]) & (columns < lengths[:, None])
        labels = np.where(answers, ids[:, first:], IGNORED)
        return {
            "input_ids": torch.from_numpy(ids),
            "labels": torch.from_numpy(labels),
            "tokens": int(lengths.sum()),
        }
