"""Exact match by teacher forcing: one forward pass in place of generation.

A model whose most likely token is the target's at every position of the answer, given the target
before it, writes exactly that answer under greedy decoding: by induction the tokens it is fed are
the ones it would have written itself. The end token counts, so an answer that runs on is wrong.
"""

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diversify.config.evaluate import EvaluateOptions
from diversify.evaluation.loaded import make_ready, positions_of
from diversify.progress import progress
from diversify.training.encoded import EncodedRows

IN_CACHE = 2**18
"""Hidden values (tokens times width) of a batch on a processor; it changes no result. Measured:
64 rows of 35 tokens through a 128-wide model go 1.6 times as fast as 256 rows, 8 of 145 tokens
through a 256-wide one 1.8 times as fast as 64."""
LOGITS = 2**30
"""Logits of a batch at most: 256 rows of 1,024 tokens would make 13 billion of them with a
vocabulary of 50,000. It changes no result."""


@dataclass(frozen=True)
class RowScores:
    """Scores row by row, in the order of the rows: each array is (n,)."""

    exact: NDArray[np.bool_]
    loss: NDArray[np.float64]
    """Sum over the answer's tokens of minus the log probability, in nats."""
    tokens: NDArray[np.int64]
    """Tokens of the answer, its end token among them."""

    def of(self, chosen: NDArray[np.bool_]) -> "RowScores":
        """Give the scores of some of the rows."""
        return RowScores(self.exact[chosen], self.loss[chosen], self.tokens[chosen])

    def summary(self) -> dict[str, float | int]:
        """Counts and means: rows, exact, accuracy, loss (nats a token), tokens, skipped."""
        scored = np.isfinite(self.loss)
        tokens = int(self.tokens[scored].sum())
        return {
            "rows": len(self.exact),
            "exact": int(self.exact.sum()),
            "accuracy": round(float(self.exact.mean()), 6),
            "loss": round(float(self.loss[scored].sum()) / max(tokens, 1), 6),
            "tokens": tokens,
            "skipped": int((~scored).sum()),
        }


def score_rows(model: Any, encoded: EncodedRows, options: EvaluateOptions) -> RowScores:
    """Score every row; one longer than max_length is wrong, with a loss that is not a number.

    The model is moved to the GPU where there is one. Logits are made for answers alone, and a
    row's padding, on the right, needs no mask: a causal model never looks ahead.
    """
    lengths = encoded.lengths()
    exact = np.zeros(len(encoded), dtype=bool)
    loss = np.full(len(encoded), np.nan)
    fits = np.flatnonzero(lengths <= longest(model, options))
    # rows of one length, and answers that start together, need no padding
    order = fits[np.lexsort((encoded.prompt_lengths[fits], lengths[fits]))]
    make_ready(model)
    with progress("evaluate", len(order)) as advance:
        start = 0
        while start < len(order):
            batch = order[start : start + options.batch_size]
            batch = batch[: _rows_at_once(model, lengths[batch])]
            exact[batch], loss[batch] = _score_batch(model, encoded, batch)
            advance(len(batch))
            start += len(batch)
    return RowScores(exact, loss, encoded.answer_lengths())


def longest(model: Any, options: EvaluateOptions) -> int:
    """Tokens that the model and the options allow in a row."""
    return min(positions_of(model) or options.max_length, options.max_length)


def _rows_at_once(model: Any, lengths: NDArray[np.int64]) -> int:
    """Fill a batch from rows, given by their lengths, shortest first.

    On a processor only as far as its caches hold what the layers pass on, and nowhere with more
    logits than memory may hold.
    """
    config, most = model.config.get_text_config(), len(lengths)
    if model.device.type == "cpu":
        most = min(most, IN_CACHE // int(config.hidden_size) // int(lengths[0]))
    longest_one = int(lengths[max(most, 1) - 1])
    return max(1, min(most, LOGITS // int(config.vocab_size) // longest_one))


def _score_batch(
    model: Any, encoded: EncodedRows, batch: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Say of each row whether all its answer's tokens are the likeliest, and give its loss."""
    import torch

    lengths, prompts = encoded.lengths()[batch], encoded.prompt_lengths[batch]
    ids = encoded.padded(batch, lengths, 0)
    first = int(prompts.min())
    columns = np.arange(first, ids.shape[1])
    answers = (columns >= prompts[:, None]) & (columns < lengths[:, None])
    targets = torch.from_numpy(ids[:, first:][answers]).to(model.device)  # (answer tokens,)
    with torch.inference_mode():
        logits = _logits(model, torch.from_numpy(ids[:, :-1]).to(model.device), len(columns))
        chosen = logits.flatten(0, 1) if answers.all() else logits[torch.from_numpy(answers)]
        hits = chosen.argmax(-1) == targets
        chosen = chosen.float()  # (answer tokens, V)
        losses = chosen.logsumexp(-1) - chosen.gather(-1, targets[:, None])[:, 0]
    starts = np.concatenate([[0], np.cumsum(lengths - prompts)[:-1]])
    all_hit = np.logical_and.reduceat(hits.cpu().numpy(), starts)
    return all_hit, np.add.reduceat(losses.double().cpu().numpy(), starts)


def _logits(model: Any, ids: Any, last: int) -> Any:
    """Give the logits of the last positions, of those alone where the model can: (B, last, V)."""
    if "logits_to_keep" in inspect.signature(model.forward).parameters:
        return model(input_ids=ids, logits_to_keep=last, use_cache=False).logits
    return model(input_ids=ids, use_cache=False).logits[:, -last:]
