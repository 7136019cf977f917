import numpy as np
import pytest

from diversify.curation.duplicates import alike, pairs
from diversify.curation.duplicates.alike import SameQuestions, SimilarVectors
from diversify.curation.duplicates.pairs import TooManyPairsError
from diversify.curation.duplicates.survivors import choose_survivors
from diversify.curation.near.rounding import rounded
from diversify.errors import DataError


def always(left, right):
    return np.ones(len(left), dtype=bool)


@pytest.fixture
def clustered():
    """400 vectors around 12 directions, every fourth a copy of another."""
    rng = np.random.default_rng(5)
    around = rng.normal(size=(12, 8))[rng.integers(0, 12, 300)] + 0.1 * rng.normal(size=(300, 8))
    return rounded(np.concatenate([around, around[:100]])[rng.permutation(400)])


def all_pairs(near, items):
    found = near.pairs(np.arange(items), np.ones(items, dtype=bool), always)
    return [tuple(pair) for pair in zip(*(part.tolist() for part in found), strict=True)]


def test_near_vectors_are_those_of_the_plain_comparison(clustered):
    wide = clustered.astype(float)
    lengths = np.linalg.norm(wide, axis=1)
    cosines = (wide @ wide.T) / np.outer(lengths, lengths)
    left, right = np.nonzero(np.triu(cosines >= 0.97, k=1))
    found = all_pairs(SimilarVectors(clustered, np.arange(400), 0.97), 400)
    assert [pair[:2] for pair in found] == list(zip(left.tolist(), right.tolist(), strict=True))
    assert np.allclose([pair[2] for pair in found], cosines[left, right])
    assert len(found) > 1000


def test_items_with_the_same_question_are_near_whatever_its_vector():
    vectors = np.array([[0, 0], [2000, 0]], dtype=np.float32)
    question_of = np.array([0, 1, 0, 0])
    expected = [(0, 2, 1.0), (0, 3, 1.0), (2, 3, 1.0)]
    assert all_pairs(SimilarVectors(vectors, question_of, 0.9), 4) == expected
    assert all_pairs(SameQuestions(question_of), 4) == expected


def test_what_has_too_many_pairs_is_worked_in_smaller_blocks(clustered, monkeypatch):
    whole = choose_survivors(SimilarVectors(clustered, np.arange(400), 0.9), 400, always)
    asked = []

    def few_at_a_time(vectors, cosine, others=None):
        asked.append(len(vectors))
        found = near_pairs(vectors, cosine, others)
        if len(found.left) > 200:
            raise DataError("too many")
        return found

    near_pairs = alike.near_pairs
    monkeypatch.setattr(alike, "near_pairs", few_at_a_time)
    monkeypatch.setattr(pairs, "MOST_PAIRS", 200)
    again = choose_survivors(SimilarVectors(clustered, np.arange(400), 0.9), 400, always)
    assert again.twin.tolist() == whole.twin.tolist()
    assert again.similarity.tolist() == whole.similarity.tolist()
    assert len(asked) > 2


def test_one_item_with_too_many_pairs_is_an_error(monkeypatch):
    monkeypatch.setattr(pairs, "MOST_PAIRS", 5)
    with pytest.raises(TooManyPairsError, match="more than memory should hold"):
        choose_survivors(SameQuestions(np.zeros(20, dtype=int)), 20, always)
