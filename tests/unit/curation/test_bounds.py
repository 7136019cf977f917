"""The two bounds that spare near_pairs its products: what they rule out is never near."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.heads import as_many_as_pay, heads_of, main_directions, onto, units
from diversify.curation.near.rounding import Vectors, rounded
from diversify.curation.near.shells import reach_of, shells_of
from diversify.curation.near.workers import workers


def clustered(rows: int, dimensions: int, noise: float, seed: int) -> Vectors:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(4, dimensions))
    vectors = centres[rng.integers(0, 4, rows)] + noise * rng.normal(size=(rows, dimensions))
    return rounded(vectors + 1e-3)


sets = st.builds(
    clustered,
    rows=st.integers(1, 700),
    dimensions=st.sampled_from([2, 8, 40]),
    noise=st.sampled_from([0.01, 0.3, 1.0, 5.0]),
    seed=st.integers(0, 10_000),
)


@given(vectors=sets, cosine=st.sampled_from([0.1, 0.5, 0.9, 0.99]), once=st.booleans())
def test_a_shell_reaches_all_rows_that_are_near_to_its_rows(vectors, cosine, once):
    everyone = np.arange(len(vectors))
    with workers() as run:
        shells = shells_of(vectors, everyone, run)
        asked = shells.rows if once else everyone
        cells = np.arange(len(shells.centres))
        reach = reach_of(shells, cells, vectors, asked, cosine, once, run)
    assert sorted(shells.rows) == everyone.tolist()
    cosines = units(vectors) @ units(vectors).T
    for shell, span in enumerate(reach.spans):
        near = (cosines[shells.rows[span]][:, asked] >= cosine).any(axis=0)
        first = span.start if once else 0
        assert set(np.flatnonzero(near[first:]) + first) <= set(reach.of(shell))


def test_shells_of_groups_that_lie_apart_pass_each_other_by():
    vectors = clustered(3000, 64, 0.2, seed=0)
    with workers() as run:
        shells = shells_of(vectors, np.arange(3000), run)
        reach = reach_of(shells, np.arange(10), vectors, np.arange(3000), 0.9, False, run)
    assert sum(len(reach.of(shell)) for shell in range(40)) < 0.5 * 40 * 3000


@given(vectors=sets, width=st.integers(1, 30))
def test_the_product_of_two_heads_is_at_least_the_cosine(vectors, width):
    directions = main_directions(vectors)[:, :width]
    heads = heads_of(vectors, np.arange(len(vectors)), directions)
    cosines = units(vectors) @ units(vectors).T
    assert (heads @ heads.T >= cosines - 1e-3).all()
    assert np.allclose(directions.T @ directions, np.eye(directions.shape[1]), atol=1e-12)


def test_the_first_directions_hold_more_of_the_rows_than_others_do():
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(500, 5)) @ rng.normal(size=(5, 60))
    left_over = onto(units(rounded(flat)), main_directions(rounded(flat))[:, :5])[:, -1]
    assert left_over.max() < 0.02


@pytest.mark.parametrize(("noise", "few"), [(0.05, True), (50.0, False)])
def test_few_directions_pay_where_rows_have_some_structure(noise, few):
    rng = np.random.default_rng(0)
    flat = rng.normal(size=(600, 8)) @ rng.normal(size=(8, 300))
    vectors = rounded(flat + noise * rng.normal(size=(600, 300)))
    blocks = [(vectors[:64], vectors[300:556])]
    chosen = as_many_as_pay(main_directions(vectors), blocks, cosine=0.6)
    assert (chosen.shape[1] <= 32) == few
    assert np.allclose(chosen.T @ chosen, np.eye(chosen.shape[1]))
