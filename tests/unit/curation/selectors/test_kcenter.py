import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.kcenter import kcenter_order, most_central
from diversify.hardware import limited_threads


def plain_kcenter(vectors: np.ndarray, count: int, first: int) -> list[int]:
    """The textbook loop, in whole numbers: farthest next, ties to the lower position."""
    wide = vectors.astype(np.int64)
    picks, nearest = [first], ((wide - wide[first]) ** 2).sum(axis=1)
    while len(picks) < count:
        left = np.setdiff1d(np.arange(len(wide)), picks)
        picks.append(int(left[nearest[left].argmax()]))
        nearest = np.minimum(nearest, ((wide - wide[picks[-1]]) ** 2).sum(axis=1))
    return picks


@st.composite
def vectors_with_ties(draw: st.DrawFn) -> np.ndarray:
    """Few dimensions and small whole numbers: many rows are equal, or equally far."""
    rows, dimensions = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    largest = draw(st.sampled_from([1, 2, 1000]))
    seed = draw(st.integers(0, 10_000))
    return np.random.default_rng(seed).integers(-largest, largest + 1, (rows, dimensions)) + 0.0


def test_on_a_line_the_ends_come_first_and_then_the_middles():
    line = np.array([[0], [1], [2], [3], [4]], dtype=np.float32)
    assert kcenter_order(line, 5, first=0).tolist() == [0, 4, 2, 1, 3]


@given(
    raw=vectors_with_ties(),
    block=st.sampled_from([1, 2, 3, 7, 1000]),
    share=st.floats(0, 1),
    start=st.floats(0, 0.999),
)
def test_the_order_is_that_of_the_plain_loop(raw, block, share, start):
    vectors = raw.astype(np.float32)
    count, first = max(1, round(share * len(vectors))), int(start * len(vectors))
    order = kcenter_order(vectors, count, first, block)
    assert order.tolist() == plain_kcenter(vectors, count, first)


@pytest.mark.parametrize("block", [5, 50, 500])
def test_the_order_is_that_of_the_plain_loop_on_clustered_embeddings(block):
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(20, 48))
    noisy = centres[rng.integers(0, 20, 1500)] + 0.3 * rng.normal(size=(1500, 48))
    vectors = rounded(np.concatenate([noisy, noisy[:300]]))
    first = most_central(vectors)
    order = kcenter_order(vectors, 400, first, block)
    assert order.tolist() == plain_kcenter(vectors, 400, first)


@given(raw=vectors_with_ties())
def test_all_rows_come_once_and_a_shorter_order_is_a_head(raw):
    vectors = raw.astype(np.float32)
    whole = kcenter_order(vectors, len(vectors), 0, block=4)
    assert sorted(whole) == list(range(len(vectors)))
    for count in range(len(vectors)):
        assert kcenter_order(vectors, count, 0, block=3).tolist() == whole[:count].tolist()


def test_copies_follow_in_order_when_no_other_rows_are_left():
    vectors = np.array([[0], [0], [9], [0], [9], [5]], dtype=np.float32)
    assert kcenter_order(vectors, 6, first=1).tolist() == [1, 2, 5, 0, 3, 4]


def test_most_rows_may_be_copies():
    vectors = rounded(np.random.default_rng(0).normal(size=(30, 16)))[np.arange(30_000) % 30]
    order = kcenter_order(vectors, 20_000, first=0)
    assert sorted(order[:30]) == list(range(30))
    assert order[30:].tolist() == list(range(30, 20_000))


def test_threads_do_not_change_the_order():
    vectors = rounded(np.random.default_rng(0).normal(size=(3000, 96)))
    with limited_threads(1):
        one = kcenter_order(vectors, 200, first=0)
    with limited_threads(2):
        two = kcenter_order(vectors, 200, first=0)
    assert one.tolist() == two.tolist()


@given(raw=vectors_with_ties())
def test_the_most_central_row_is_nearest_to_the_exact_mean(raw):
    wide = raw.astype(np.int64)
    scaled = ((len(wide) * wide - wide.sum(axis=0)) ** 2).sum(axis=1)  # n^2 |v - mean|^2
    assert most_central(raw.astype(np.float32)) == int(scaled.argmin())
