import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.grouping.nearest import GRID, group_sums, nearest, on_grid, squared_gaps
from diversify.curation.near.rounding import LENGTH, rounded
from diversify.errors import DataError
from diversify.hardware import limited_threads


def plain_nearest(vectors: np.ndarray, centres: np.ndarray) -> tuple[list[int], list[float]]:
    """Every distance in whole numbers of the grid; the first of the least."""
    rows, whole = (vectors * GRID).astype(np.int64), (centres * GRID).astype(np.int64)
    squares = ((rows[:, None] - whole[None]) ** 2).sum(axis=2)
    return squares.argmin(axis=1).tolist(), (squares.min(axis=1) / GRID**2).tolist()


def unit(rows: int, dimensions: int, seed: int) -> np.ndarray:
    made = np.random.default_rng(seed).normal(size=(rows, dimensions))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


@given(
    seed=st.integers(0, 999),
    dimensions=st.sampled_from([1, 2, 3, 64]),
    centres=st.integers(1, 30),
    inside=st.booleans(),
)
def test_labels_and_distances_are_those_of_whole_numbers(seed, dimensions, centres, inside):
    vectors = rounded(unit(50, dimensions, seed))
    means = on_grid(unit(centres, dimensions, seed + 1) * (0.4 if inside else 1))
    labels, gaps = nearest(vectors, means)
    assert (labels.tolist(), gaps.tolist()) == plain_nearest(vectors, means)
    assert squared_gaps(vectors, means, labels).tolist() == gaps.tolist()


@given(seed=st.integers(0, 999))
def test_whole_centres_are_compared_in_float32_to_the_same_end(seed):
    vectors, centres = rounded(unit(60, 48, seed)), rounded(unit(9, 48, seed + 1))
    labels, gaps = nearest(vectors, centres)
    assert (labels.tolist(), gaps.tolist()) == plain_nearest(vectors, centres)


def test_a_tie_goes_to_the_lower_centre():
    vectors = np.array([[2000, 0]], dtype=np.float32)
    centres = np.array([[0, 5], [0, 2000], [0, -2000], [0, -5]], dtype=np.float64)
    assert nearest(vectors, centres[1:3])[0].tolist() == [0]
    assert nearest(vectors, centres[[3, 0]])[0].tolist() == [0]


def test_centres_stored_in_float32_come_back_to_the_grid():
    centres = rounded(unit(500, 32, seed=0))
    stored = (centres / LENGTH).astype(np.float32)
    assert (on_grid(stored) == centres).all()


def test_neither_blocks_nor_threads_change_a_label(monkeypatch):
    vectors, centres = rounded(unit(3000, 96, 0)), on_grid(unit(40, 96, 1) * 0.7)
    with limited_threads(2):
        whole = nearest(vectors, centres)
    monkeypatch.setattr("diversify.curation.grouping.nearest.ROWS_AT_ONCE", 77)
    with limited_threads(1):
        parts = nearest(vectors, centres)
    assert whole[0].tolist() == parts[0].tolist()
    assert whole[1].tolist() == parts[1].tolist()


def test_vectors_of_another_model_are_refused():
    with pytest.raises(DataError, match="rows have 8 dimensions, the centres 9"):
        nearest(rounded(unit(2, 8, 0)), on_grid(unit(2, 9, 0)))


@given(seed=st.integers(0, 999), block=st.sampled_from([1, 7, 4096]))
def test_sums_count_each_row_as_often_as_its_weight_says(seed, block):
    rng = np.random.default_rng(seed)
    vectors = rounded(unit(30, 5, seed))
    weights, labels = rng.integers(1, 9, 30), rng.integers(-1, 4, 30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("diversify.curation.grouping.nearest.ROWS_AT_ONCE", block)
        sums = group_sums(vectors, weights, labels, 4)
    repeated, names = np.repeat(vectors, weights, axis=0), np.repeat(labels, weights)
    assert sums.tolist() == [repeated[names == group].sum(axis=0).tolist() for group in range(4)]
