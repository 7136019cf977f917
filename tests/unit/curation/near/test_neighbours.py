import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near import neighbours
from diversify.curation.near.neighbours import NearestGraph, nearest
from diversify.curation.near.rounding import rounded
from diversify.hardware import limited_threads


def plain_nearest(vectors: np.ndarray, k: int) -> NearestGraph:
    """Sort all products of each row, in whole numbers; the lower position comes first."""
    wide = vectors.astype(np.int64)
    products = wide @ wide.T
    order = np.argsort(-products, axis=1, kind="stable")[:, :k]
    return NearestGraph(order, np.take_along_axis(products, order, axis=1))


def same(one: NearestGraph, two: NearestGraph) -> bool:
    return bool((one.positions == two.positions).all() and (one.products == two.products).all())


def clustered(rows: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(40, 48))
    return rounded(centres[rng.integers(0, 40, rows)] + 0.7 * rng.normal(size=(rows, 48)))


@given(
    rows=st.integers(1, 60),
    k=st.integers(1, 70),
    largest=st.sampled_from([1, 3, 1000]),
    seed=st.integers(0, 10_000),
)
def test_the_graph_is_that_of_sorting_all_products(rows, k, largest, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-largest, largest + 1, (rows, 3)).astype(np.float32)
    assert same(nearest(vectors, k), plain_nearest(vectors, k))


def test_rows_beyond_one_product_at_a_time_are_no_different():
    vectors = clustered(2500)
    assert same(nearest(vectors, 20), plain_nearest(vectors, 20))


@pytest.fixture
def cells_from_1000(monkeypatch):
    monkeypatch.setattr(neighbours, "EXACT", 1000)


def test_by_cells_nearly_all_neighbours_are_found_and_their_products_are_exact(cells_from_1000):
    vectors = clustered(3000)
    found, exact = nearest(vectors, 20), plain_nearest(vectors, 20)
    assert (found.products == exact.products).mean() > 0.95
    theirs = np.einsum("nd,nkd->nk", vectors, vectors[found.positions])
    assert (theirs == found.products).all()
    assert all(len(set(row)) == 20 for row in found.positions)
    assert (np.diff(found.products, axis=1) <= 0).all()


def test_a_row_that_meets_all_cells_finds_all_its_neighbours(cells_from_1000):
    vectors = clustered(1500)
    assert same(nearest(vectors, 30, probes=10**6), plain_nearest(vectors, 30))


def test_places_that_no_met_row_fills_are_marked(cells_from_1000):
    vectors = np.zeros((1200, 4), dtype=np.float32)
    vectors[:4] = np.eye(4) * 2000  # the cells of these hold few rows, that of zeros holds most
    graph = nearest(vectors, 1200)
    empty = graph.positions < 0
    assert (graph.products[empty] == 0).all()
    assert (
        (np.sort(graph.positions, axis=1)[:, 1:] > np.sort(graph.positions)[:, :-1]) | empty[:, :-1]
    ).all()


@pytest.mark.parametrize("exact", [10_000, 1000])
def test_threads_do_not_change_the_graph(monkeypatch, exact):
    monkeypatch.setattr(neighbours, "EXACT", exact)
    vectors = clustered(2500)
    with limited_threads(1):
        one = nearest(vectors, 16)
    with limited_threads(2):
        two = nearest(vectors, 16)
    assert same(one, two)


def test_no_rows_have_no_neighbours():
    assert nearest(np.empty((0, 4), dtype=np.float32), 3).positions.shape == (0, 0)
