import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.metrics import novelty
from diversify.curation.metrics.novelty import densities, novel_sum
from diversify.curation.near.rounding import rounded


def distance(a: np.ndarray, b: np.ndarray) -> float:
    wide, other = a.astype(np.float64), b.astype(np.float64)
    return 1 - float(wide @ other) / float(np.linalg.norm(wide) * np.linalg.norm(other))


def plain_novel_sum(picked, pool, own, neighbours, alpha, beta):
    """The paper's sum, loop by loop, over the number of rows and the sum of the weights."""
    sigma = []
    for row, place in zip(picked, own, strict=True):
        others = [pool[i] for i in range(len(pool)) if i != place]
        sigma.append(1 / sum(sorted(distance(row, other) for other in others)[:neighbours]))
    total = 0.0
    for i in range(len(picked)):
        others = sorted((distance(picked[i], picked[j]), j) for j in range(len(picked)) if j != i)
        for rank, (gap, j) in enumerate(others, start=1):
            total += sigma[j] ** beta * gap / rank**alpha
    weights = sum(1 / rank**alpha for rank in range(1, len(picked)))
    return total / (len(picked) * weights)


@given(
    seed=st.integers(0, 1000),
    rows=st.integers(12, 30),
    picks=st.integers(2, 12),
    alpha=st.sampled_from([0.0, 1.0, 2.0]),
    beta=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_novelsum_is_that_of_the_definition(seed, rows, picks, alpha, beta):
    rng = np.random.default_rng(seed)
    pool = rounded(rng.normal(size=(rows, 6)))
    own = np.sort(rng.choice(rows, picks, replace=False))
    picked = pool[own]
    density = densities(picked, pool, own, neighbours=5) ** beta
    assert novel_sum(picked, density, alpha) == pytest.approx(
        plain_novel_sum(picked, pool, own, 5, alpha, beta), rel=1e-5
    )


def test_a_row_outside_the_sample_of_the_pool_has_all_of_it_as_neighbours():
    rng = np.random.default_rng(0)
    pool, row = rounded(rng.normal(size=(6, 4))), rounded(rng.normal(size=(1, 4)))
    gaps = sorted(distance(row[0], other) for other in pool)
    found = densities(row, pool, np.array([-1]), neighbours=3)
    assert found[0] == pytest.approx(1 / sum(gaps[:3]), rel=1e-5)


def test_copies_in_the_pool_are_dense_but_not_infinitely_so():
    pool = rounded(np.ones((20, 4)))
    assert densities(pool[:1], pool, np.array([0]), 10)[0] == pytest.approx(1e6)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    pool = rounded(rng.normal(size=(300, 16)))
    own = np.arange(0, 300, 3)
    whole = novel_sum(pool[own], densities(pool[own], pool, own, 10), 1.0)
    monkeypatch.setattr(novelty, "NUMBERS_AT_ONCE", 700)
    parts = novel_sum(pool[own], densities(pool[own], pool, own, 10), 1.0)
    assert parts == pytest.approx(whole, rel=1e-12)


def test_fewer_than_two_rows_are_not_new_to_each_other():
    assert novel_sum(rounded(np.ones((1, 3))), np.ones(1), 1.0) == 0
