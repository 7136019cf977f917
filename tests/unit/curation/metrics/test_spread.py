import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.metrics.spread import effective_number, mean_distance, vendi_score
from diversify.curation.near.rounding import rounded

ORDERS = [0.5, 1.0, 2.0, math.inf]


def plain_distances(vectors: np.ndarray) -> list[float]:
    """Cosine distance of every pair, one by one."""
    lengths = [math.sqrt(sum(float(x) ** 2 for x in row)) for row in vectors]
    return [
        1 - float(vectors[i] @ vectors[j]) / (lengths[i] * lengths[j])
        for i in range(len(vectors))
        for j in range(i)
    ]


def plain_vendi(vectors: np.ndarray, order: float) -> float:
    """The definition: the eigenvalues of the n x n matrix of cosines over n."""
    unit = vectors / np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
    shares = np.linalg.eigvalsh(unit @ unit.T / len(unit)).clip(0)
    shares = shares[shares > 1e-10]
    if order == 1:
        return math.exp(-sum(share * math.log(share) for share in shares))
    if math.isinf(order):
        return 1 / max(shares)
    return sum(share**order for share in shares) ** (1 / (1 - order))


@given(seed=st.integers(0, 1000), rows=st.integers(2, 30), dimensions=st.integers(1, 8))
def test_mean_distance_is_that_of_all_pairs(seed, rows, dimensions):
    vectors = rounded(np.random.default_rng(seed).normal(size=(rows, dimensions)))
    assert mean_distance(vectors) == pytest.approx(np.mean(plain_distances(vectors)), abs=1e-9)


@given(
    seed=st.integers(0, 1000),
    rows=st.integers(1, 30),
    dimensions=st.integers(1, 8),
    order=st.sampled_from(ORDERS),
)
def test_vendi_is_that_of_the_definition(seed, rows, dimensions, order):
    vectors = rounded(np.random.default_rng(seed).normal(size=(rows, dimensions)))
    assert vendi_score(vectors, order) == pytest.approx(plain_vendi(vectors, order), rel=1e-6)


@pytest.mark.parametrize("order", ORDERS)
def test_vendi_counts_rows_at_right_angles_and_copies_once(order):
    vectors = rounded(np.repeat(np.eye(5), 3, axis=0))
    assert vendi_score(vectors, order) == pytest.approx(5)
    assert vendi_score(rounded(np.ones((9, 4))), order) == pytest.approx(1)


@pytest.mark.parametrize("order", [0.0, *ORDERS])
def test_even_shares_count_as_many_as_they_are(order):
    assert effective_number(np.full(7, 1 / 7), order) == pytest.approx(7)


def test_a_single_row_has_no_distance():
    assert mean_distance(rounded(np.ones((1, 3)))) == 0
    assert vendi_score(rounded(np.zeros((2, 3))), 1.0) == 0
