import numpy as np

from diversify.curation.near.cells import by_cell, centres_of, even_steps, sample_of
from diversify.curation.near.rounding import rounded
from diversify.curation.near.workers import workers
from diversify.hardware import limited_threads


def test_cells_list_their_rows_in_the_order_they_came():
    cells = by_cell(np.array([2, 0, 2, 4, 0]), 5)
    assert [cells[cell].tolist() for cell in range(5)] == [[1, 4], [], [0, 2], [], [3]]


def test_centres_find_groups_that_lie_apart():
    rng = np.random.default_rng(0)
    groups = rng.normal(size=(6, 32))
    vectors = rounded(groups[np.arange(600) % 6] + 0.1 * rng.normal(size=(600, 32)))
    with workers() as run:
        centres = centres_of(vectors, 6, run)
    nearest = (vectors @ centres.T).argmax(axis=1)
    assert [len(set(nearest[group::6])) for group in range(6)] == [1] * 6
    assert len(set(nearest[:6])) == 6
    assert (centres == np.rint(centres)).all()


def test_threads_do_not_change_the_centres():
    vectors = rounded(np.random.default_rng(1).normal(size=(3000, 48)))
    found = []
    for threads in (1, 2):
        with limited_threads(threads), workers() as run:
            found.append(centres_of(vectors, 40, run))
    assert (found[0] == found[1]).all()


def test_even_steps_reach_over_all_rows():
    assert even_steps(10, 5).tolist() == [0, 2, 4, 6, 8]
    assert even_steps(3, 5).tolist() == [0, 1, 2]
    assert even_steps(0, 5).tolist() == []
    assert sample_of(np.arange(20.0)[:, None], np.array([3, 9, 4]), 1).tolist() == [[3.0]]
