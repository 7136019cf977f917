"""Exact match by teacher forcing: one forward pass in place of generation.

A model whose most likely token is the target's at every position of the answer, given the target
before it, writes exactly that answer under greedy decoding: by induction the tokens it is fed are
the ones it would have written itself. The end token counts, so an answer that runs on is wrong.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diversify.config.evaluate import EvaluateOptions
from diversify.progress import progress
from diversify.training.tokenizer import EncodedRows


@dataclass(frozen=True)
class RowScores:
    """Scores row by row, in the order of the rows: each array is (n,)."""

    exact: NDArray[np.bool_]
    loss: NDArray[np.float64]
    """Sum over the answer's tokens of minus the log probability, in nats."""
    tokens: NDArray[np.int64]
    """Tokens of the answer, its end token among them."""

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
    """Score every row; one longer than max_length is wrong, with a loss that is not a number."""
    lengths = np.array(encoded.lengths())
    exact = np.zeros(len(encoded), dtype=bool)
    loss = np.full(len(encoded), np.nan)
    fits = np.flatnonzero(lengths <= longest(model, options))
    by_length = fits[np.argsort(lengths[fits], kind="stable")]  # little padding
    model.eval()
    with progress("evaluate", len(by_length)) as advance:
        for start in range(0, len(by_length), options.batch_size):
            batch = by_length[start : start + options.batch_size]
            exact[batch], loss[batch] = _score_batch(model, encoded, batch)
            advance(len(batch))
    return RowScores(exact, loss, np.array([len(ids) for ids in encoded.completions]))


def longest(model: Any, options: EvaluateOptions) -> int:
    """Tokens that the model and the options allow in a row."""
    positions = getattr(model.config, "max_position_embeddings", None) or options.max_length
    return min(int(positions), options.max_length)


def _score_batch(
    model: Any, encoded: EncodedRows, batch: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    import torch

    ids, is_answer, mask = _padded(encoded, batch)
    with torch.inference_mode():
        logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1]  # (B, T-1, V)
        targets, wanted = ids[:, 1:], is_answer[:, 1:]
        hits = (logits.argmax(-1) == targets) | ~wanted
        losses = torch.nn.functional.cross_entropy(
            logits.float().transpose(1, 2), targets, reduction="none"
        )
    return hits.all(1).cpu().numpy(), (losses * wanted).sum(1).double().cpu().numpy()


def _padded(encoded: EncodedRows, batch: NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Right-padded ids, answer mask and attention mask: (B, T) each."""
    import torch

    width = max(len(encoded.prompts[i]) + len(encoded.completions[i]) for i in batch)
    ids = np.zeros((len(batch), width), dtype=np.int64)
    is_answer, mask = np.zeros_like(ids, dtype=bool), np.zeros_like(ids)
    for place, i in enumerate(batch):
        prompt, answer = encoded.prompts[i], encoded.completions[i]
        end = len(prompt) + len(answer)
        ids[place, :end] = prompt + answer
        is_answer[place, len(prompt) : end] = True
        mask[place, :end] = 1
    return torch.from_numpy(ids), torch.from_numpy(is_answer), torch.from_numpy(mask)
