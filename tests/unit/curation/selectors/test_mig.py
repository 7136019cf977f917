import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.gains import UNITS
from diversify.curation.selectors.mig import Labelled, label_weights, mig_order


def plain_mig(
    weights: np.ndarray, kinds: np.ndarray, scores: np.ndarray, count: int, power: float
) -> list[int]:
    """Every gain anew for each pick; ties to the higher score, then to the lower position."""
    quality = scores / (scores.max() or 1)
    brought, told = quality[:, None] * weights[kinds], np.zeros(weights.shape[1])
    picks: list[int] = []

    def phi(x: np.ndarray) -> np.ndarray:
        return np.rint(UNITS * x**power)

    while len(picks) < count:
        gains = (phi(told + brought) - phi(told)).sum(axis=1)
        left = [row for row in range(len(kinds)) if row not in picks]
        picks.append(max(left, key=lambda row: (gains[row], scores[row], -row)))
        told = told + brought[picks[-1]]
    return picks


@st.composite
def labelled_rows(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Few kinds, labels, weights and scores: ties abound, and some rows say nothing."""
    kinds, labels, rows = draw(st.integers(1, 8)), draw(st.integers(1, 6)), draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    weights = rng.choice([0, 0, 0.25, 0.5, 1], (kinds, labels))
    scores = rng.integers(0, draw(st.integers(1, 50)) + 1, rows).astype(np.float64)
    return weights, rng.integers(0, kinds, rows), scores


POWER = st.sampled_from([0.3, 0.5, 0.8, 1.0])


@given(pool=labelled_rows(), power=POWER, share=st.floats(0, 1), block=st.sampled_from([1, 2, 512]))
def test_looking_again_only_where_needed_picks_what_the_plain_loop_picks(pool, power, share, block):
    weights, kinds, scores = pool
    count = round(share * len(kinds))
    order = mig_order(Labelled(csr_matrix(weights), kinds, scores), count, power, block)
    assert order.tolist() == plain_mig(weights, kinds, scores, count, power)


@pytest.mark.parametrize("block", [3, 512])
def test_a_kind_for_each_row_is_no_special_case(block):
    rng = np.random.default_rng(0)
    weights = np.where(rng.random((300, 40)) < 0.1, rng.random((300, 40)), 0)
    scores, kinds = rng.random(300), np.arange(300)
    order = mig_order(Labelled(csr_matrix(weights), kinds, scores), 150, 0.8, block)
    assert order.tolist() == plain_mig(weights, kinds, scores, 150, 0.8)


@given(pool=labelled_rows(), power=POWER)
def test_all_rows_come_once_and_a_shorter_order_is_a_head(pool, power):
    weights, kinds, scores = pool
    rows = Labelled(csr_matrix(weights), kinds, scores)
    whole = mig_order(rows, len(kinds), power)
    assert sorted(whole) == list(range(len(kinds)))
    for count in range(0, len(kinds), 5):
        assert mig_order(rows, count, power).tolist() == whole[:count].tolist()


@given(pool=labelled_rows(), power=POWER)
def test_the_same_scores_for_all_are_as_good_as_none(pool, power):
    weights, kinds, _ = pool
    table, same = csr_matrix(weights), np.full(len(kinds), 7.0)
    without = mig_order(Labelled(table, kinds, None), len(kinds), power)
    assert without.tolist() == mig_order(Labelled(table, kinds, same), len(kinds), power).tolist()


def test_a_new_label_beats_a_better_row_of_an_old_one():
    rows = Labelled(csr_matrix(np.eye(2)), np.array([0, 0, 1]), np.array([1.0, 0.9, 0.6]))
    assert mig_order(rows, 3, power=0.5).tolist() == [0, 2, 1]


def test_told_by_a_near_label_a_row_adds_less():
    apart = csr_matrix(np.eye(3))
    near = csr_matrix(np.array([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1.0]]))
    kinds, scores = np.array([0, 1, 2]), np.array([1.0, 0.9, 0.8])
    assert mig_order(Labelled(apart, kinds, scores), 3, power=0.5).tolist() == [0, 1, 2]
    assert mig_order(Labelled(near, kinds, scores), 3, power=0.5).tolist() == [0, 2, 1]


def test_far_clusters_tell_only_of_themselves():
    vectors = rounded(np.array([[1.0, 0], [1, 0.1], [0, 1], [0.1, 1]]))
    rows = label_weights(np.array([5, 5, 9, 9]), vectors, None, similarity=0.9)
    assert rows.weights.toarray().tolist() == [[1, 0], [0, 1]]
    assert rows.kinds.tolist() == [0, 0, 1, 1]


def test_near_clusters_share_what_a_row_brings_by_their_cosine():
    angles = np.array([0.0, np.pi / 3, np.pi / 2 + 0.5])
    vectors = rounded(np.column_stack([np.cos(angles), np.sin(angles)]))
    weights = label_weights(np.array([0, 1, 2]), vectors, None, similarity=0.4).weights
    np.testing.assert_allclose(weights.toarray()[0], [2 / 3, 1 / 3, 0], atol=1e-3)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)


def test_only_near_pairs_are_stored():
    rng = np.random.default_rng(0)
    vectors, labels = rounded(rng.normal(size=(3000, 64))), np.arange(3000)
    assert label_weights(labels, vectors, None).weights.nnz == 3000
