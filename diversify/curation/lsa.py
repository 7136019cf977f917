"""Latent semantic analysis: vectors with no model at all, for tests and quick looks.

TF-IDF over words, then a truncated SVD (Deerwester et al. 1990). What is fitted on some texts can
be kept, so that other texts get vectors in the same space, each by itself.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diversify.errors import DataError

SEED, ROUNDS = 0, 7
"""Of the randomised SVD (Halko et al. 2011). ARPACK is not repeatable where values coincide."""


@dataclass(frozen=True)
class Lsa:
    """What a fit has learned: which words there are, how rare they are, and the axes."""

    words: NDArray[np.str_]  # (w,), in alphabetical order
    rarity: NDArray[np.float64]  # (w,), inverse document frequencies
    axes: NDArray[np.float64]  # (d, w); (0, w): nothing to reduce, the weights are the vectors

    def vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed texts, each by itself: unit rows (n, d); one of unknown words alone is zeros."""
        from sklearn.preprocessing import normalize

        if not texts:
            return np.empty((0, len(self.axes) or len(self.words)), dtype=np.float32)
        words = _weights(vocabulary=self.words.tolist())
        words.idf_ = self.rarity
        weights = words.transform(texts)  # (n, w), sparse
        dense = weights @ self.axes.T if len(self.axes) else weights.toarray()
        return np.asarray(normalize(dense), dtype=np.float32)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give all there is to keep, by name."""
        return {"words": self.words, "rarity": self.rarity, "axes": self.axes}


def fitted(texts: list[str], dimensions: int) -> Lsa:
    """Fit on texts; axes are `dimensions`, or fewer where the texts hold fewer distinct words.

    Raises:
        DataError: the texts hold no word.
    """
    from sklearn.decomposition import TruncatedSVD

    words = _weights()
    try:
        weights = words.fit_transform(texts)  # (n, w), sparse
    except ValueError as error:
        raise DataError("lsa: the texts hold no word to fit on") from error
    kept = min(dimensions, *(side - 1 for side in weights.shape))
    names, rarity = words.get_feature_names_out().astype(np.str_), np.asarray(words.idf_)
    if kept < 1:  # one text, or one word
        return Lsa(names, rarity, np.empty((0, len(names))))
    svd = TruncatedSVD(kept, algorithm="randomized", n_iter=ROUNDS, random_state=SEED)
    return Lsa(names, rarity, svd.fit(weights).components_)


def lsa_vectors(
    texts: list[str], others: list[str], dimensions: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Embed texts, and others in the space that is fitted on the texts: (n, d) and (m, d)."""
    space = fitted(texts, dimensions)
    return space.vectors(texts), space.vectors(others)


def _weights(**known: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b|#", **known)
