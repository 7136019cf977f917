import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near import copies
from diversify.curation.near.copies import first_equals


@given(
    rows=st.integers(0, 50),
    dimensions=st.integers(1, 3),
    largest=st.sampled_from([0, 1, 2000]),
    seed=st.integers(0, 1000),
)
def test_each_row_gets_the_first_row_that_equals_it(rows, dimensions, largest, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-largest, largest + 1, (rows, dimensions)).astype(np.float32)
    plain = [(vectors == row).all(axis=1).argmax() for row in vectors]
    assert first_equals(vectors).tolist() == plain


def test_rows_that_share_a_hash_are_still_told_apart(monkeypatch):
    monkeypatch.setattr(copies, "_hashes", lambda vectors: np.zeros(len(vectors), dtype=np.uint64))
    vectors = np.array([[1, 2], [3, 4], [1, 2], [3, 4], [5, 6]], dtype=np.float32)
    assert first_equals(vectors).tolist() == [0, 1, 0, 1, 4]


def test_hashes_tell_rows_apart_that_hold_the_same_numbers_elsewhere():
    vectors = np.array([[1, 2, 3], [3, 2, 1], [2, 1, 3], [-1, -2, -3]], dtype=np.float32)
    assert len(set(copies._hashes(vectors).tolist())) == 4
