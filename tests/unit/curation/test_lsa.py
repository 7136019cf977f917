import numpy as np
import pytest

from diversify.curation.lsa import fitted, lsa_vectors
from diversify.errors import DataError

TEXTS = ["replace A with B", "replace C with D", "tell a story of bears", "tell a tale of bears"]


def test_rows_are_unit_vectors_or_nothing():
    rows, others = lsa_vectors(TEXTS, ["story of bears", "zzz"], 3)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(others, axis=1), [1, 0], atol=1e-5)


def test_texts_that_share_words_lie_near():
    rows, _ = lsa_vectors(TEXTS, [], 3)
    near = rows @ rows.T
    assert near[2, 3] > near[0, 3] + 0.5
    assert near[0, 1] > near[0, 2] + 0.2


def test_the_same_texts_give_the_same_vectors():
    texts = [f"write function number {i}" for i in range(60)]  # many equal singular values
    assert (lsa_vectors(texts, [], 50)[0] == lsa_vectors(texts, [], 50)[0]).all()


@pytest.mark.parametrize("texts", [["one text alone"], ["same", "same", "same"]])
def test_texts_with_nothing_to_reduce_still_have_vectors(texts):
    rows, _ = lsa_vectors(texts, [], 10)
    assert len(rows) == len(texts)
    assert np.isfinite(rows).all()


def test_a_text_has_the_same_vector_alone_and_among_others():
    space = fitted(TEXTS, 3)
    together = space.vectors(TEXTS)
    apart = np.concatenate([space.vectors([text]) for text in TEXTS])
    assert (together == apart).all()
    assert (together == lsa_vectors(TEXTS, [], 3)[0]).all()


def test_texts_without_a_word_are_told_of():
    with pytest.raises(DataError, match="no word"):
        fitted(["...", "!"], 3)
