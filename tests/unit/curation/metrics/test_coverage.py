import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.metrics import coverage
from diversify.curation.metrics.coverage import nearest_picked
from diversify.curation.near.rounding import LENGTH, rounded


@given(seed=st.integers(0, 1000), rows=st.integers(1, 40), picks=st.integers(1, 12))
def test_each_row_finds_its_nearest_picked_row(seed, rows, picks):
    rng = np.random.default_rng(seed)
    pool, picked = rounded(rng.normal(size=(rows, 5))), rounded(rng.normal(size=(picks, 5)))
    wide, other = pool.astype(np.float64), picked.astype(np.float64)
    distances = np.linalg.norm(wide[:, None] - other, axis=2)
    lengths = np.linalg.norm(wide, axis=1)[:, None] * np.linalg.norm(other, axis=1)
    nearest = distances.argmin(axis=1)
    found = nearest_picked(pool, picked)
    np.testing.assert_allclose(found.distances, distances.min(axis=1) / LENGTH, rtol=1e-12)
    cosines = (wide @ other.T / lengths)[np.arange(rows), nearest]
    np.testing.assert_allclose(found.cosines, cosines, rtol=1e-9, atol=1e-12)
    assert found.radius == found.distances.max()
    assert found.mean_distance == found.distances.mean()
    assert found.facility_location == found.cosines.mean()


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(0)
    pool, picked = rounded(rng.normal(size=(500, 16))), rounded(rng.normal(size=(40, 16)))
    whole = nearest_picked(pool, picked)
    monkeypatch.setattr(coverage, "NUMBERS_AT_ONCE", 130)
    assert (nearest_picked(pool, picked).distances == whole.distances).all()


def test_a_picked_row_is_there_already():
    pool = rounded(np.random.default_rng(0).normal(size=(50, 8)))
    found = nearest_picked(pool, pool)
    assert found.radius == 0
    assert found.facility_location == pytest.approx(1)
