"""Make a static model out of a sentence-transformers model, without any text.

Model2Vec (Tulkens and van Dongen 2024): each token of the vocabulary goes through the model by
itself, principal components keep `dimensions` of its vector, and a weight takes the place of how
often the token occurs. Tokens are listed roughly by frequency, so their rank stands for it (Zipf);
the weight is a / (a + p) of Arora et al. 2017, "A simple but tough-to-beat baseline".
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from diversify.errors import ConfigError
from diversify.progress import progress

RARE = 1e-4
"""a of the weights: tokens much more frequent than that count little (the method's own value)."""
TOKENS_AT_ONCE = 1024


def distil(model: Any, dimensions: int) -> Any:
    """Distil a loaded model to a `model2vec.StaticModel` of at most so many dimensions.

    A vocabulary of 30,000 takes MiniLM half a minute on one core, and v d float32 of memory.

    Raises:
        ConfigError: its tokenizer is not one of the tokenizers library.
    """
    from model2vec import StaticModel

    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if tokenizer is None:
        raise ConfigError("this model cannot be distilled, its tokenizer is not a fast one")
    vectors = _reduced(_of_tokens(model), dimensions)  # (v, d)
    shares = 1 / np.arange(1, len(vectors) + 1)
    weights = RARE / (RARE + shares / shares.sum())
    weighted = (vectors * weights[:, None]).astype(np.float32)
    return StaticModel(vectors=weighted, tokenizer=tokenizer, normalize=True)


def _of_tokens(model: Any) -> npt.NDArray[np.float32]:
    """Run each token of the vocabulary alone through the model, between its usual neighbours."""
    import torch

    before, after = _surroundings(model.tokenizer)
    count = model.tokenizer.backend_tokenizer.get_vocab_size(with_added_tokens=True)
    parts = []
    with progress("distil", count) as advance, torch.inference_mode():
        for start in range(0, count, TOKENS_AT_ONCE):
            tokens = range(start, min(start + TOKENS_AT_ONCE, count))
            ids = torch.tensor([[*before, token, *after] for token in tokens], device=model.device)
            features = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
            parts.append(model(features)["sentence_embedding"].float().cpu().numpy())
            advance(len(tokens))
    return np.concatenate(parts)


def _surroundings(tokenizer: Any) -> tuple[list[int], list[int]]:
    """Give the special tokens that stand before and after a text."""
    plain = tokenizer("a", add_special_tokens=False)["input_ids"]
    framed = tokenizer("a")["input_ids"]
    starts = range(len(framed) - len(plain) + 1)
    at = next((i for i in starts if framed[i : i + len(plain)] == plain), 0)
    return framed[:at], framed[at + len(plain) :]


def _reduced(vectors: npt.NDArray[np.float32], dimensions: int) -> npt.NDArray[np.float32]:
    """Keep the principal components, the strongest first."""
    centred = vectors - vectors.mean(axis=0)
    spread = centred.T.astype(np.float64) @ centred  # (d, d)
    _, axes = np.linalg.eigh(spread)  # weakest first
    kept: npt.NDArray[np.float32] = centred @ axes[:, ::-1][:, :dimensions]
    return kept
