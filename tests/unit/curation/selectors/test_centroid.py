import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.near.rounding import rounded
from diversify.curation.selectors.centroid import centroid_order


def plain_centroid(vectors: np.ndarray, labels: np.ndarray, count: int) -> list[int]:
    """Exact distances to the mean, |n v - s|^2 in Python's whole numbers, then one row a turn."""
    queues = []
    for label in set(labels.tolist()):
        members = np.flatnonzero(labels == label).tolist()
        rows = [[int(number) for number in vectors[member]] for member in members]
        total = [sum(column) for column in zip(*rows, strict=True)]
        gaps = [
            sum((len(rows) * v - s) ** 2 for v, s in zip(row, total, strict=True)) for row in rows
        ]
        ordered = [member for _, member in sorted(zip(gaps, members, strict=True))]
        queues.append((-len(members), label, ordered))
    queues.sort()
    order: list[int] = []
    while len(order) < len(vectors):
        order += [ordered.pop(0) for _, _, ordered in queues if ordered]
    return order[:count]


@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(1, 40),
    dimensions=st.integers(1, 4),
    largest=st.sampled_from([1, 3, 1000]),
    clusters=st.integers(1, 5),
    share=st.floats(0, 1),
)
def test_the_order_is_that_of_the_plain_loop(seed, rows, dimensions, largest, clusters, share):
    rng = np.random.default_rng(seed)
    vectors = rng.integers(-largest, largest + 1, (rows, dimensions)).astype(np.float32)
    labels, count = rng.integers(0, clusters, rows), round(share * rows)
    assert centroid_order(vectors, labels, count).tolist() == plain_centroid(vectors, labels, count)


def test_without_labels_all_rows_are_one_cluster():
    vectors = rounded(np.random.default_rng(0).normal(size=(50, 6)))
    one = np.zeros(50, dtype=np.int32)
    assert centroid_order(vectors, None, 50).tolist() == centroid_order(vectors, one, 50).tolist()


def test_a_shorter_order_is_a_head():
    rng = np.random.default_rng(1)
    vectors, labels = rounded(rng.normal(size=(60, 6))), rng.integers(0, 7, 60)
    whole = centroid_order(vectors, labels, 60).tolist()
    for count in range(60):
        assert centroid_order(vectors, labels, count).tolist() == whole[:count]


def test_the_most_typical_row_comes_first():
    line = np.array([[0], [10], [4], [6]], dtype=np.float32)
    assert centroid_order(line, None, 4).tolist() == [2, 3, 0, 1]
