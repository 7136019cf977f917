import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.rounding import (
    LENGTH,
    WIDEST,
    distinct_rows,
    rounded,
    squared_lengths,
)
from diversify.errors import DataError


def embeddings(rows: int, dimensions: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32)


def test_rows_become_integers_of_length_two_thousand():
    vectors = rounded(np.array([[3, 4], [0, -5], [0, 0]], dtype=np.float32))
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[1200, 1600], [0, -2000], [0, 0]]


def test_the_bound_holds_at_the_widest():
    assert LENGTH + WIDEST**0.5 / 2 < 2048
    assert LENGTH + (WIDEST + 1) ** 0.5 / 2 >= 2048
    halves = np.full((1, WIDEST), 0.5, dtype=np.float32)
    assert squared_lengths(rounded(halves))[0] < 2**22
    with pytest.raises(DataError, match="9216 dimensions: at most 9215"):
        rounded(np.zeros((1, WIDEST + 1), dtype=np.float32))


@given(dimensions=st.integers(1, 900), seed=st.integers(0, 999))
def test_products_and_distances_are_exact_in_any_order(dimensions, seed):
    vectors = rounded(embeddings(8, dimensions, seed))
    wide = vectors.astype(np.int64)
    exact = ((wide[:, None] - wide[None]) ** 2).sum(axis=2)
    assert exact.max() < 2**24
    lengths = squared_lengths(vectors)
    order = np.random.default_rng(seed).permutation(dimensions)
    for columns in (slice(None), slice(None, None, -1), order):
        products = vectors[:, columns] @ vectors[:, columns].T
        distances = lengths[:, None] + lengths - 2 * products
        assert (distances.astype(np.int64) == exact).all()


def test_opposite_rows_are_the_worst_case_and_still_exact():
    row = embeddings(1, 384, seed=0)
    vectors = rounded(np.concatenate([row, -row]))
    lengths = squared_lengths(vectors)
    distance = lengths[0] + lengths[1] - 2 * (vectors[0] @ vectors[1])
    assert int(distance) == int((2 * vectors[0].astype(np.int64)) ** 2 @ np.ones(384, np.int64))
    assert distance < 2**24


@given(seed=st.integers(0, 999), scale=st.sampled_from([0.25, 1.0, 8.0]))
def test_neither_scale_nor_the_other_rows_play_a_part(seed, scale):
    rows = embeddings(20, 7, seed)
    together = rounded(rows * np.float32(scale))
    alone = np.concatenate([rounded(rows[at : at + 1]) for at in range(20)])
    assert (together == alone).all()


def test_blocks_of_rows_meet_without_a_seam(monkeypatch):
    rows = embeddings(10, 5, seed=1)
    whole = rounded(rows)
    monkeypatch.setattr("diversify.curation.near.rounding.ROWS_AT_ONCE", 3)
    assert (rounded(rows) == whole).all()


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_numbers_that_are_not_finite_are_refused(wrong):
    with pytest.raises(DataError, match="not finite"):
        rounded(np.array([[1.0, wrong]], dtype=np.float32))


def test_equal_rows_are_one_distinct_row_even_with_minus_zero():
    vectors = rounded(np.array([[1, 0.0], [0, 1], [1, -0.0], [2, -1e-9]], dtype=np.float32))
    firsts, which, counts = distinct_rows(vectors)
    assert sorted(firsts) == [0, 1]
    assert (vectors[firsts][which] == vectors).all()
    assert sorted(counts) == [1, 3]
