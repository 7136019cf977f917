import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.dpp import dpp_order
from diversify.curation.selectors.kcenter import most_central
from diversify.hardware import limited_threads


def plain_dpp(vectors: np.ndarray, count: int) -> list[int]:
    """The definition: each time the row with which the determinant of the cosines is largest."""
    unit = vectors / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    kernel = unit @ unit.T
    picks = [most_central(vectors)]
    while len(picks) < count:
        left = [row for row in range(len(unit)) if row not in picks]
        volumes = [np.linalg.det(kernel[np.ix_([*picks, row], [*picks, row])]) for row in left]
        picks.append(left[int(np.argmax(volumes))])
    return picks


@pytest.mark.parametrize("seed", range(8))
def test_each_pick_adds_the_most_volume(seed):
    vectors = rounded(np.random.default_rng(seed).normal(size=(25, 8)))
    assert dpp_order(vectors, 8).tolist() == plain_dpp(vectors, 8)


@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(1, 40),
    dimensions=st.integers(1, 5),
    largest=st.sampled_from([1, 2, 1000]),
    clusters=st.integers(1, 4),
)
def test_all_rows_come_once_and_a_shorter_order_is_a_head(
    seed, rows, dimensions, largest, clusters
):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-largest, largest + 1, (rows, dimensions)).astype(np.float32)
    labels = rng.integers(0, clusters, rows)
    whole = dpp_order(vectors, rows, labels)
    assert sorted(whole) == list(range(rows))
    for count in range(rows):
        assert dpp_order(vectors, count, labels).tolist() == whole[:count].tolist()


def test_when_the_span_is_full_the_others_follow_by_position():
    vectors = rounded(np.random.default_rng(2).normal(size=(30, 3)))
    order = dpp_order(vectors, 30)
    assert np.linalg.matrix_rank(vectors[order[:3]]) == 3
    assert order[3:].tolist() == sorted(order[3:].tolist())


def test_copies_of_a_picked_row_wait_for_the_end():
    rows = np.random.default_rng(0).normal(size=(5, 16))
    order = dpp_order(rounded(np.concatenate([rows, rows, rows])), 15)
    assert sorted(row % 5 for row in order[:5]) == [0, 1, 2, 3, 4]
    assert max(order[:5]) < 5
    assert order[5:].tolist() == list(range(5, 15))


def test_a_row_of_zeros_adds_nothing():
    vectors = np.array([[5, 5], [0, 0], [0, 9], [9, 0], [0, 0]], dtype=np.float32)
    assert dpp_order(vectors, 5).tolist() == [0, 2, 1, 3, 4]


def test_clusters_take_turns():
    rng = np.random.default_rng(1)
    vectors, labels = rounded(rng.normal(size=(30, 6))), np.array([4] * 20 + [1] * 10)
    order = dpp_order(vectors, 8, labels)
    assert labels[order].tolist() == [4, 1] * 4
    inside = np.flatnonzero(labels == 4)
    assert order[::2].tolist() == inside[dpp_order(vectors[inside], 4)].tolist()


def test_threads_do_not_change_the_order():
    vectors = rounded(np.random.default_rng(0).normal(size=(2000, 64)))
    orders = []
    for threads in (1, 2):
        with limited_threads(threads):
            orders.append(dpp_order(vectors, 100).tolist())
    assert orders[0] == orders[1]
