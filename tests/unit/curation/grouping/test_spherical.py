import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.grouping.nearest import nearest
from diversify.curation.grouping.spherical import spherical_centres
from diversify.curation.near.rounding import distinct_rows, rounded
from diversify.hardware import limited_threads


def plain_centres(vectors, weights, clusters, iterations, rng):
    """The textbook loop in Python's whole numbers: nearest centre, sum, back to the sphere."""
    rows = [tuple(map(int, row)) for row in vectors]
    start = np.sort(rng.permutation(len(rows))[:clusters])
    centres = kept = [rows[at] for at in start]
    least = None
    for _ in range(iterations):
        gaps = [[sum((a - b) ** 2 for a, b in zip(row, c, strict=True)) for c in centres]
                for row in rows]  # fmt: skip
        labels = [near.index(min(near)) for near in gaps]
        spread = sum(int(w) * min(near) for w, near in zip(weights, gaps, strict=True))
        if least is not None and spread >= least:
            break
        least, kept = spread, centres
        farthest = sorted(range(len(rows)), key=lambda at: (-min(gaps[at]), at))
        moved = []
        for group, centre in enumerate(centres):
            members = [at for at, label in enumerate(labels) if label == group]
            total = [sum(int(weights[at]) * rows[at][x] for at in members)
                     for x in range(len(centre))]  # fmt: skip
            if not members:
                moved.append(rows[farthest.pop(0)])
            elif any(rounded(np.array([total], dtype=np.float64))[0]):
                moved.append(tuple(map(int, rounded(np.array([total], dtype=np.float64))[0])))
            else:
                moved.append(centre)
        centres = moved
    return kept


@st.composite
def weighted_rows(draw):
    """Distinct rows in few directions, so that groups tie, run empty and cancel out."""
    count, dimensions = draw(st.integers(1, 25)), draw(st.integers(1, 4))
    largest = draw(st.sampled_from([1, 3, 50]))
    rng = np.random.default_rng(draw(st.integers(0, 9999)))
    vectors = rounded(rng.integers(-largest, largest + 1, (count, dimensions)).astype(np.float32))
    vectors = vectors[distinct_rows(vectors)[0]]
    return vectors, rng.integers(1, 5, len(vectors))


@given(
    made=weighted_rows(),
    share=st.floats(0, 1),
    iterations=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_the_centres_are_those_of_the_plain_loop(made, share, iterations, seed):
    vectors, weights = made
    clusters = max(1, round(share * len(vectors)))
    rng = np.random.default_rng(seed)
    ours, rounds = spherical_centres(vectors, weights, clusters, iterations, rng)
    rng = np.random.default_rng(seed)
    assert ours.tolist() == [
        list(c) for c in plain_centres(vectors, weights, clusters, iterations, rng)
    ]
    assert 1 <= rounds <= iterations


def embeddings(rows: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(9, 24))[rng.integers(0, 9, rows)] + 0.3 * rng.normal(size=(rows, 24))


def test_more_rounds_never_bring_the_rows_farther():
    vectors = rounded(embeddings(400))
    weights = np.ones(len(vectors), dtype=np.intp)
    spreads = [
        nearest(vectors, spherical_centres(vectors, weights, 12, k, np.random.default_rng(0))[0])[
            1
        ].sum()
        for k in range(1, 15)
    ]
    assert spreads == sorted(spreads, reverse=True)


def test_a_draw_of_the_rows_finds_centres_nearly_as_good():
    vectors = rounded(embeddings(4000))
    weights = np.ones(len(vectors), dtype=np.intp)
    spread = {}
    for drawn in (0, 40):
        centres, _ = spherical_centres(
            vectors, weights, 9, 50, np.random.default_rng(1), rows_per_cluster=drawn
        )
        spread[drawn] = nearest(vectors, centres)[1].sum()
    assert spread[40] < 1.1 * spread[0]


@pytest.mark.parametrize("drawn", [0, 30])
def test_threads_do_not_change_the_centres(drawn):
    vectors = rounded(np.random.default_rng(0).normal(size=(3000, 64)))
    weights = np.ones(len(vectors), dtype=np.intp)
    found = []
    for threads in (1, 2):
        with limited_threads(threads):
            rng = np.random.default_rng(0)
            found.append(spherical_centres(vectors, weights, 40, 20, rng, drawn)[0])
    assert (found[0] == found[1]).all()
