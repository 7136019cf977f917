import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.cosines import cosines, highest_cosines, inverse_lengths
from diversify.hardware import limited_threads


@given(seed=st.integers(0, 1000), rows=st.integers(1, 30), others=st.integers(0, 30))
def test_the_highest_cosine_is_the_largest_of_all_cosines(seed, rows, others):
    rng = np.random.default_rng(seed)
    table, rest = rounded(rng.normal(size=(rows, 5))), rounded(rng.normal(size=(others, 5)))
    both = table, inverse_lengths(table), rest, inverse_lengths(rest)
    highest = highest_cosines(*both)
    assert highest.tolist() == cosines(*both).max(axis=1, initial=-np.inf).tolist()


def test_cosines_are_those_of_the_textbook():
    rows = np.random.default_rng(0).normal(size=(20, 16))
    vectors = rounded(rows)
    inverse = inverse_lengths(vectors)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    np.testing.assert_allclose(
        cosines(vectors, inverse, vectors, inverse), unit @ unit.T, atol=1e-3
    )


def test_a_row_of_zeros_is_like_no_other():
    vectors = rounded(np.array([[0.0, 0.0], [1.0, 0.0]]))
    inverse = inverse_lengths(vectors)
    assert cosines(vectors, inverse, vectors, inverse).tolist() == [[0, 0], [0, 1]]


def test_neither_blocks_nor_threads_change_a_bit():
    rng = np.random.default_rng(1)
    rows, others = rounded(rng.normal(size=(5000, 64))), rounded(rng.normal(size=(1500, 64)))
    both = rows, inverse_lengths(rows), others, inverse_lengths(others)
    found = []
    for threads in (1, 2):
        with limited_threads(threads):
            found.append(highest_cosines(*both))
    assert (found[0] == found[1]).all()
    assert (found[0][4990:] == cosines(rows[4990:], both[1][4990:], *both[2:]).max(axis=1)).all()
