import numpy as np
import pytest

from diversify.curation.forecasting.stand_ins import stand_ins


@pytest.fixture
def known():
    rng = np.random.default_rng(0)
    spread = rng.standard_normal((300, 16)) * np.linspace(0.1, 1, 16) + np.linspace(1, 0, 16)
    return (spread / np.linalg.norm(spread, axis=1, keepdims=True)).astype(np.float16)


def test_known_rows_come_first_and_once_each(known):
    drawn = stand_ins(known, 200, np.random.default_rng(1))
    assert len({row.tobytes() for row in drawn}) == 200
    assert {row.tobytes() for row in drawn} <= {row.tobytes() for row in known}


def test_more_rows_than_are_known_lie_as_they_do(known):
    rows = stand_ins(known, 5000, np.random.default_rng(1)).astype(np.float32)
    assert rows.shape == (5000, 16)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=2e-3)
    assert len(np.unique(rows, axis=0)) > 4900
    old = known.astype(np.float32)
    np.testing.assert_allclose(rows.mean(axis=0), old.mean(axis=0), atol=0.1)
    axes = [np.linalg.eigvalsh(np.cov(some.T)) for some in (old, rows)]
    assert np.corrcoef(*axes)[0, 1] > 0.95


def test_one_known_row_is_enough():
    assert (stand_ins(np.eye(1, 8), 5, np.random.default_rng(0)) == np.eye(1, 8)).all()
