import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.mmr import mmr_order
from diversify.hardware import limited_threads


def plain_mmr(vectors: np.ndarray, scores: np.ndarray, count: int, relevance: float) -> list[int]:
    """The textbook loop over all rows for each pick; ties to the lower position."""
    wide = vectors.astype(np.float64)
    lengths = np.sqrt((wide**2).sum(axis=1))
    scale = np.array([1 / length if length else 0.0 for length in lengths])
    spread = scores.max() - scores.min()
    worth = (scores - scores.min()) / spread if spread else np.zeros(len(scores))
    values, picks, nearest = relevance * worth, [], np.full(len(wide), -np.inf)
    while len(picks) < count:
        values[picks] = -np.inf
        picks.append(int(values.argmax()))
        nearest = np.maximum(nearest, (wide @ wide[picks[-1]]) * scale[picks[-1]] * scale)
        values = relevance * worth - (1 - relevance) * nearest
    return picks


def centrality(vectors: np.ndarray) -> np.ndarray:
    """Cosine to the mean, but for the mean's length."""
    wide = vectors.astype(np.float64)
    lengths = np.sqrt((wide**2).sum(axis=1))
    return (wide @ wide.sum(axis=0)) * [1 / length if length else 0.0 for length in lengths]


@st.composite
def scored_rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Few dimensions and small whole numbers: copies, equal scores and rows of zeros abound."""
    rows, dimensions = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    largest = draw(st.sampled_from([1, 2, 1000]))
    raw = rng.integers(-largest, largest + 1, (rows, dimensions)).astype(np.float32)
    return raw, rng.integers(0, draw(st.integers(1, 50)), rows).astype(np.float64)


RELEVANCE = st.sampled_from([0.0, 0.3, 0.5, 0.7, 1.0])
BLOCK = st.sampled_from([1, 2, 5, 1000])


@given(pool=scored_rows(), relevance=RELEVANCE, block=BLOCK, share=st.floats(0, 1))
def test_the_order_is_that_of_the_plain_loop(pool, relevance, block, share):
    vectors, scores = pool
    count = round(share * len(vectors))
    order = mmr_order(vectors, scores, count, relevance, block)
    assert order.tolist() == plain_mmr(vectors, scores, count, relevance)


@given(pool=scored_rows(), relevance=RELEVANCE)
def test_without_scores_a_row_is_worth_its_nearness_to_the_mean(pool, relevance):
    vectors, _ = pool
    order = mmr_order(vectors, None, len(vectors), relevance)
    assert order.tolist() == plain_mmr(vectors, centrality(vectors), len(vectors), relevance)


@pytest.mark.parametrize("block", [5, 50, 500])
@pytest.mark.parametrize("relevance", [0.2, 0.8])
def test_the_order_is_that_of_the_plain_loop_on_clustered_embeddings(block, relevance):
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(20, 48))
    noisy = centres[rng.integers(0, 20, 900)] + 0.3 * rng.normal(size=(900, 48))
    vectors, scores = rounded(np.concatenate([noisy, noisy[:200]])), rng.random(1100)
    order = mmr_order(vectors, scores, 300, relevance, block)
    assert order.tolist() == plain_mmr(vectors, scores, 300, relevance)


@given(pool=scored_rows(), relevance=RELEVANCE)
def test_all_rows_come_once_and_a_shorter_order_is_a_head(pool, relevance):
    vectors, scores = pool
    whole = mmr_order(vectors, scores, len(vectors), relevance, block=4)
    assert sorted(whole) == list(range(len(vectors)))
    for count in range(len(vectors)):
        head = mmr_order(vectors, scores, count, relevance, block=3)
        assert head.tolist() == whole[:count].tolist()


def test_all_weight_on_the_score_is_the_order_of_the_scores():
    vectors = rounded(np.random.default_rng(0).normal(size=(40, 5)))
    scores = np.random.default_rng(1).integers(0, 9, 40).astype(np.float64)
    assert (
        mmr_order(vectors, scores, 40, 1.0).tolist() == np.argsort(-scores, kind="stable").tolist()
    )


def test_threads_do_not_change_the_order():
    rng = np.random.default_rng(0)
    vectors, scores = rounded(rng.normal(size=(3000, 64))), rng.random(3000)
    orders = []
    for threads in (1, 2):
        with limited_threads(threads):
            orders.append(mmr_order(vectors, scores, 300, 0.5).tolist())
    assert orders[0] == orders[1]
