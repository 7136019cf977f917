import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.neighbours import NearestGraph, nearest
from diversify.curation.near.rounding import rounded
from diversify.curation.selectors import facility
from diversify.curation.selectors.facility import facility_order
from diversify.hardware import limited_threads


def plain_greedy(similarities: np.ndarray, count: int) -> list[int]:
    """The textbook loop over all similarities (row, candidate), in whole numbers."""
    covered, picks = np.zeros(len(similarities), dtype=np.int64), []
    while len(picks) < count:
        gains = np.maximum(0, similarities - covered[:, None]).sum(axis=0)
        gains[picks] = -1  # gains of 0 go by position
        picks.append(int(gains.argmax()))
        covered = np.maximum(covered, similarities[:, picks[-1]])
    return picks


def dense(vectors: np.ndarray) -> np.ndarray:
    wide = vectors.astype(np.int64)
    return wide @ wide.T


def sparse(graph: NearestGraph) -> np.ndarray:
    """Lay the graph out: row u has its similarities to those it names, and 0 elsewhere."""
    similarities = np.zeros((len(graph.positions),) * 2, dtype=np.int64)
    np.put_along_axis(similarities, graph.positions.astype(np.intp), graph.products, axis=1)
    return similarities


def clustered(rows: int, noise: float = 0.6) -> np.ndarray:
    rng = np.random.default_rng(2)
    centres = rng.normal(size=(20, 32))
    return rounded(centres[rng.integers(0, 20, rows)] + noise * rng.normal(size=(rows, 32)))


@st.composite
def vectors_with_ties(draw: st.DrawFn) -> np.ndarray:
    """Few dimensions and small whole numbers: many rows are equal, or equally similar, or zero."""
    rows, dimensions = draw(st.integers(1, 40)), draw(st.integers(1, 4))
    largest = draw(st.sampled_from([1, 2, 1000]))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    return rng.integers(-largest, largest + 1, (rows, dimensions)).astype(np.float32)


@given(vectors=vectors_with_ties(), share=st.floats(0, 1), pool=st.sampled_from([1, 2, 5, 2000]))
def test_with_all_neighbours_the_order_is_that_of_the_plain_loop(vectors, share, pool):
    count = round(share * len(vectors))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facility, "POOL", pool)
        order = facility_order(vectors, count, neighbours=len(vectors))
    assert order.tolist() == plain_greedy(dense(vectors), count)


@pytest.mark.parametrize("pool", [3, 50, 2000])
@pytest.mark.parametrize("neighbours", [1, 8, 40])
def test_on_a_sparse_graph_too(monkeypatch, pool, neighbours):
    monkeypatch.setattr(facility, "POOL", pool)
    vectors = clustered(500)
    order = facility_order(vectors, 500, neighbours)
    assert order.tolist() == plain_greedy(sparse(nearest(vectors, neighbours)), 500)


def test_equal_rows_weigh_as_much_as_they_are():
    vectors = np.array([[9, 0], [0, 9], [0, 9], [5, 5]], dtype=np.float32)
    assert facility_order(vectors, 4, neighbours=1).tolist() == [1, 0, 3, 2]


@given(vectors=vectors_with_ties(), neighbours=st.integers(1, 10), share=st.floats(0, 1))
def test_all_rows_come_once_and_a_shorter_order_is_a_head(vectors, neighbours, share):
    whole = facility_order(vectors, len(vectors), neighbours)
    assert sorted(whole) == list(range(len(vectors)))
    count = round(share * len(vectors))
    assert facility_order(vectors, count, neighbours).tolist() == whole[:count].tolist()


def test_the_picks_are_worth_nearly_as_much_as_those_of_all_similarities():
    vectors = clustered(1500, noise=1.0)
    similarities = dense(vectors)

    def worth(picks: list[int]) -> float:
        return float(np.maximum(0, similarities[:, picks].max(axis=1)).sum())

    exact = worth(plain_greedy(similarities, 150))
    assert worth(facility_order(vectors, 150, neighbours=64).tolist()) > 0.98 * exact
    assert worth(list(range(150))) < 0.95 * exact


def test_most_rows_may_be_copies():
    vectors = rounded(np.random.default_rng(0).normal(size=(30, 16)))[np.arange(20_000) % 30]
    order = facility_order(vectors, 10_000, neighbours=8)
    assert sorted(order[:30]) == list(range(30))
    assert order[30:].tolist() == list(range(30, 10_000))


def test_threads_do_not_change_the_order():
    vectors = clustered(2000)
    with limited_threads(1):
        one = facility_order(vectors, 300)
    with limited_threads(2):
        two = facility_order(vectors, 300)
    assert one.tolist() == two.tolist()
