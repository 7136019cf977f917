import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.deita import SLACK, deita_order
from diversify.hardware import limited_threads


def plain_deita(
    vectors: np.ndarray, scores: np.ndarray, count: int, similarity: float
) -> list[int]:
    """The textbook loop: best score first, kept unless too like a kept one; the rest follow."""
    wide = vectors.astype(np.float64)
    lengths = np.sqrt((wide**2).sum(axis=1))
    scale = [1 / length if length else 0.0 for length in lengths]
    by_score = sorted(range(len(wide)), key=lambda row: (-scores[row], row))
    kept: list[int] = []
    for row in by_score:
        alike = [(wide[row] @ wide[other]) * scale[other] * scale[row] for other in kept]
        if all(cosine < similarity - SLACK for cosine in alike):
            kept.append(row)
    return (kept + [row for row in by_score if row not in kept])[:count]


@st.composite
def scored_rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Few dimensions and small whole numbers: copies, equal scores and rows of zeros abound."""
    rows, dimensions = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    largest = draw(st.sampled_from([1, 2, 1000]))
    raw = rng.integers(-largest, largest + 1, (rows, dimensions)).astype(np.float32)
    return raw, rng.integers(0, draw(st.integers(1, 50)), rows).astype(np.float32)


@given(
    pool=scored_rows(),
    similarity=st.sampled_from([-1.0, 0.0, 0.3, 0.9, 1.0]),
    block=st.sampled_from([1, 2, 5, 1024]),
    share=st.floats(0, 1),
)
def test_the_order_is_that_of_the_plain_loop(pool, similarity, block, share):
    vectors, scores = pool
    count = round(share * len(vectors))
    order = deita_order(vectors, scores, count, similarity, block)
    assert order.tolist() == plain_deita(vectors, scores, count, similarity)


@pytest.mark.parametrize("block", [7, 100, 1024])
def test_the_order_is_that_of_the_plain_loop_on_clustered_embeddings(block):
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(20, 48))
    noisy = centres[rng.integers(0, 20, 500)] + 0.4 * rng.normal(size=(500, 48))
    vectors, scores = rounded(np.concatenate([noisy, noisy[:80]])), rng.random(580)
    order = deita_order(vectors, scores, 400, 0.85, block)
    assert order.tolist() == plain_deita(vectors, scores, 400, 0.85)


@given(pool=scored_rows(), similarity=st.sampled_from([0.0, 0.8, 1.0]))
def test_all_rows_come_once_and_a_shorter_order_is_a_head(pool, similarity):
    vectors, scores = pool
    whole = deita_order(vectors, scores, len(vectors), similarity, block=4)
    assert sorted(whole) == list(range(len(vectors)))
    for count in range(len(vectors)):
        head = deita_order(vectors, scores, count, similarity, block=3)
        assert head.tolist() == whole[:count].tolist()


def test_of_two_copies_the_better_one_stays_and_the_other_comes_last():
    vectors = rounded(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    assert deita_order(vectors, np.array([1.0, 3.0, 2.0]), 3, 0.9).tolist() == [1, 2, 0]


def test_the_count_is_met_even_where_every_row_is_too_like_the_first():
    rng = np.random.default_rng(0)
    vectors = rounded(rng.normal(size=(1, 16)) + 0.001 * rng.normal(size=(300, 16)))
    scores = rng.random(300)
    order = deita_order(vectors, scores, 120, similarity=0.9)
    assert order.tolist() == np.argsort(-scores)[:120].tolist()


def test_a_bar_of_one_passes_over_copies_alone():
    vectors = rounded(np.array([[3.0, 1.0], [3.0, 1.0], [3.0, 1.1]]))
    assert deita_order(vectors, np.array([3.0, 2.0, 1.0]), 3, 1.0).tolist() == [0, 2, 1]


def test_threads_do_not_change_the_order():
    rng = np.random.default_rng(0)
    vectors, scores = rounded(rng.normal(size=(3000, 32))), rng.random(3000)
    orders = []
    for threads in (1, 2):
        with limited_threads(threads):
            orders.append(deita_order(vectors, scores, 500, 0.5).tolist())
    assert orders[0] == orders[1]
