import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near import near_pairs as module
from diversify.curation.near.near_pairs import NearPairs, near_pairs
from diversify.curation.near.rounding import rounded
from diversify.errors import DataError
from diversify.hardware import limited_threads


def cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """All cosines, from products in whole numbers; 0 where a row is zero."""
    one, two = left.astype(np.int64), right.astype(np.int64)
    squares = (one**2).sum(axis=1)[:, None] * (two**2).sum(axis=1)
    return np.where(squares, one @ two.T / np.sqrt(np.maximum(squares, 1)), 0)


def first_of_equals(vectors: np.ndarray) -> np.ndarray:
    """For each row the first that equals it."""
    return (vectors[:, None] == vectors).all(axis=2).argmax(axis=1)


def listed(pairs: NearPairs) -> list[tuple[int, int, float]]:
    return list(zip(pairs.left, pairs.right, pairs.cosine.tolist(), strict=True))


def plain_pairs(vectors: np.ndarray, cosine: float) -> list[tuple[int, int, float]]:
    """What the docstring says, by looking at all pairs."""
    all_cosines, first = cosines(vectors, vectors), first_of_equals(vectors)
    real = (vectors != 0).any(axis=1)
    pairs = []
    for i in range(len(vectors)):
        for j in range(i + 1, len(vectors)):
            if real[i] and first[j] == i:
                pairs.append((i, j, 1.0))
            elif first[i] == i and first[j] == j and real[i] and all_cosines[i, j] >= cosine:
                pairs.append((i, j, float(np.float32(all_cosines[i, j]))))
    return pairs


def clustered(rows: int, dimensions: int, noise: float, seed: int) -> np.ndarray:
    """Rows around a few centres, some of them copies, some all but copies, some zero."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(5, dimensions))
    vectors = centres[rng.integers(0, 5, rows)] + noise * rng.normal(size=(rows, dimensions))
    some, others = rng.integers(0, rows, (2, rows // 3))
    vectors[some] = vectors[others] + 0.1 * rng.normal(size=(len(some), dimensions))
    vectors[rng.integers(0, rows, rows // 5)] = vectors[rng.integers(0, rows)]
    vectors[rng.integers(0, rows, rows // 10)] = 0
    return rounded(vectors[rng.permutation(rows)])


sets = st.builds(
    clustered,
    rows=st.integers(1, 60),
    dimensions=st.sampled_from([1, 2, 8, 40]),
    noise=st.sampled_from([0.1, 0.5, 2.0]),
    seed=st.integers(0, 10_000),
)


@given(vectors=sets, cosine=st.sampled_from([0.05, 0.5, 0.8, 0.9, 0.99, 1.0]))
def test_the_pairs_are_those_of_looking_at_all_pairs(vectors, cosine):
    assert listed(near_pairs(vectors, cosine)) == plain_pairs(vectors, cosine)


@given(vectors=sets, seed=st.integers(0, 1000), cosine=st.sampled_from([0.05, 0.5, 0.8, 0.95]))
def test_pairs_with_others_are_those_of_looking_at_all_pairs(vectors, seed, cosine):
    others = clustered(30, vectors.shape[1], 0.5, seed)
    others[: min(30, len(vectors)) : 2] = vectors[:30:2]
    all_cosines = cosines(vectors, others)
    all_cosines[:, first_of_equals(others) != np.arange(30)] = 0
    left, right = np.nonzero(all_cosines >= cosine)
    near = all_cosines[left, right].astype(np.float32).tolist()
    assert listed(near_pairs(vectors, cosine, others)) == list(zip(left, right, near, strict=True))


@pytest.mark.parametrize(("noise", "cosine"), [(1.0, 0.9), (0.5, 0.8), (0.3, 0.95)])
def test_no_pair_is_missed_among_thousands_of_rows_in_many_cells(noise, cosine):
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(30, 96))
    vectors = centres[rng.integers(0, 30, 2400)] + noise * rng.normal(size=(2400, 96))
    vectors[1600:] = vectors[:800] + 0.3 * rng.normal(size=(800, 96))
    vectors = rounded(vectors)
    left, right = np.nonzero(np.triu(cosines(vectors, vectors) >= cosine, 1))
    pairs = near_pairs(vectors, cosine)
    assert len(left) > 500
    assert list(zip(pairs.left, pairs.right, strict=True)) == list(zip(left, right, strict=True))


def test_the_order_of_the_rows_does_not_matter():
    vectors = np.unique(clustered(1000, 24, 0.4, seed=6), axis=0)  # of copies, one is first
    moved = np.random.default_rng(0).permutation(len(vectors))
    one, two = near_pairs(vectors, 0.9), near_pairs(vectors[moved], 0.9)
    back = {(*sorted((moved[i], moved[j])), cosine) for i, j, cosine in listed(two)}
    assert len(one.left) > 100
    assert back == set(listed(one))


def test_a_pair_on_the_threshold_counts():
    vectors = np.array([[3, 4], [4, 3], [5, 0]], dtype=np.float32)
    assert listed(near_pairs(vectors, 24 / 25)) == [(0, 1, np.float32(24 / 25))]


def test_copies_make_as_many_pairs_as_there_are_copies_and_not_their_square():
    vectors = rounded(np.random.default_rng(0).normal(size=(20, 64)))[np.arange(20_000) % 20]
    pairs = near_pairs(vectors, 0.9)
    assert len(pairs.left) == 20_000 - 20
    assert (pairs.left == pairs.right % 20).all()


def test_rows_of_zeros_are_near_nothing():
    zeros = np.zeros((5, 8), dtype=np.float32)
    assert listed(near_pairs(zeros, 0.1)) == listed(near_pairs(zeros, 0.1, zeros)) == []


def test_no_rows_have_no_pairs():
    nothing, one = np.empty((0, 8), dtype=np.float32), np.ones((1, 8), dtype=np.float32)
    assert listed(near_pairs(nothing, 0.5)) == listed(near_pairs(one, 0.5, nothing)) == []
    assert listed(near_pairs(nothing, 0.5, one)) == []


def test_threads_do_not_change_the_pairs():
    vectors = clustered(3000, 32, 0.5, seed=4)
    with limited_threads(1):
        one = near_pairs(vectors, 0.9)
    with limited_threads(2):
        two = near_pairs(vectors, 0.9)
    assert listed(one) == listed(two)


def test_more_pairs_than_memory_should_hold_are_an_error(monkeypatch):
    monkeypatch.setattr(module, "MOST_PAIRS", 1000)
    rng = np.random.default_rng(0)
    alike = rounded(np.ones(32) + 0.05 * rng.normal(size=(200, 32)))
    with pytest.raises(DataError, match="more than 1,000 pairs of rows have a cosine of 0.9"):
        near_pairs(alike, 0.9)
