"""Latent semantic analysis: vectors with no model at all, for tests and quick looks."""

import numpy as np
from numpy.typing import NDArray

SEED, ROUNDS = 0, 7
"""Of the randomised SVD (Halko et al. 2011). ARPACK is not repeatable where values coincide."""


def lsa_vectors(
    texts: list[str], others: list[str], dimensions: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Embed texts, and others in the same space: TF-IDF over words, then a truncated SVD.

    Gives unit rows (n, d) and (m, d) in float32; d is `dimensions`, or fewer where the texts hold
    fewer distinct words. A text of unknown words alone is all zeros. Deerwester et al. 1990.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b|#")
    weights = words.fit_transform(texts)  # (n, words), sparse
    kept = min(dimensions, *(side - 1 for side in weights.shape))
    if kept < 1:  # one text, or one word: nothing to reduce
        dense = [weights.toarray(), words.transform(others).toarray() if others else []]
        return tuple(np.asarray(part, dtype=np.float32) for part in dense)  # type: ignore[return-value]
    svd = TruncatedSVD(kept, algorithm="randomized", n_iter=ROUNDS, random_state=SEED)
    fitted = normalize(svd.fit_transform(weights)).astype(np.float32)
    if not others:
        return fitted, np.empty((0, kept), dtype=np.float32)
    return fitted, normalize(svd.transform(words.transform(others))).astype(np.float32)
