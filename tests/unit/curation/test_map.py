import numpy as np
import pytest

from diversify.config.map import MapOptions
from diversify.curation.map import drawn_rows, even_sample, lay_out
from diversify.errors import DataError


@pytest.fixture(scope="module")
def blobs() -> np.ndarray:
    """Three groups of 40 rows in far directions, one after the other."""
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(12 * axis, 1, size=(40, 16)) for axis in np.eye(3, 16)])


OPTIONS = MapOptions(points=60, test_points=5, perplexity=10)


def test_each_group_stays_together_and_its_tests_lie_within(blobs: np.ndarray) -> None:
    found = lay_out(blobs, {"middle": blobs[40:50]}, OPTIONS)
    group = found.points.rows // 40
    centers = [found.points.places[group == k].mean(axis=0) for k in range(3)]
    for places, home in ((found.points.places[group == 0], 0), (found.tests["middle"].places, 1)):
        distances = np.linalg.norm(places[:, None] - np.array(centers), axis=2)
        assert (distances.argmin(axis=1) == home).all()


def test_sample_is_even_and_counts_are_kept(blobs: np.ndarray) -> None:
    found = lay_out(blobs, {"a": blobs[:9], "b": blobs[:3]}, OPTIONS)
    assert found.points.places.shape == (60, 2)
    assert np.bincount(found.points.rows // 40).tolist() == [20, 20, 20]
    assert [len(found.tests[name].rows) for name in ("a", "b")] == [5, 3]
    assert found.method == "t-SNE of 60 of 120 rows, perplexity 10"


def test_same_seed_same_map(blobs: np.ndarray) -> None:
    first, second = (lay_out(blobs, {}, OPTIONS) for _ in range(2))
    assert (first.points.places == second.points.places).all()
    other = lay_out(blobs, {}, OPTIONS.model_copy(update={"seed": 2}))
    assert (first.points.rows != other.points.rows).any()


def test_places_have_two_decimals(blobs: np.ndarray) -> None:
    places = lay_out(blobs, {}, OPTIONS).points.places
    assert (places == places.round(2)).all()


def test_rows_that_are_all_the_same_still_get_places() -> None:
    found = lay_out(np.ones((20, 8)), {}, OPTIONS)
    assert np.isfinite(found.points.places).all()


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(DataError, match="at least 5 rows"):
        lay_out(np.ones((2, 8)), {"t": np.ones((2, 8))}, OPTIONS)


def test_empty_tests_are_kept_empty(blobs: np.ndarray) -> None:
    found = lay_out(blobs, {"none": blobs[:0]}, OPTIONS)
    assert found.tests["none"].places.shape == (0, 2)


@pytest.mark.parametrize(("rows", "wanted"), [(10, 3), (10, 10), (3, 10), (7, 6), (10, 0)])
def test_even_sample_draws_different_rows_in_order(rows: int, wanted: int) -> None:
    drawn = even_sample(rows, wanted, np.random.default_rng(3))
    assert len(drawn) == min(rows, wanted)
    assert (np.diff(drawn) > 0).all()
    assert all(0 <= row < rows for row in drawn)


def test_equal_vectors_share_a_place_and_a_test_that_equals_a_row_lies_on_it(
    blobs: np.ndarray,
) -> None:
    twice = np.concatenate([blobs[:20], blobs[:20], blobs[60:80]])
    found = lay_out(twice, {"same": blobs[:3]}, OPTIONS)
    assert (found.points.places[:20] == found.points.places[20:40]).all()
    assert (found.tests["same"].places == found.points.places[:3]).all()


def test_a_few_distinct_vectors_stand_in_a_line() -> None:
    found = lay_out(np.repeat(np.eye(3), 4, axis=0), {}, OPTIONS)
    assert sorted(set(map(tuple, found.points.places))) == [(0, 0), (1, 0), (2, 0)]


def test_a_layout_of_more_rows_gives_an_even_part_of_them(blobs: np.ndarray) -> None:
    found = lay_out(blobs, {}, OPTIONS, count=90).points
    part = found.sample(30)
    assert len(found.rows) == 90
    assert part.rows.tolist() == found.rows[::3].tolist()
    assert (part.places == found.places[::3]).all()
    assert found.sample(500).rows.tolist() == found.rows.tolist()


@pytest.mark.parametrize(
    ("rows", "picked", "wanted", "mine"),
    [(100, 5, 40, 5), (100, 50, 40, 20), (100, 90, 40, 30), (30, 7, 40, 7), (100, 0, 40, 0)],
)
def test_a_page_draws_picked_rows_first_and_keeps_room_for_others(
    rows: int, picked: int, wanted: int, mine: int
) -> None:
    is_picked = np.isin(np.arange(rows), np.arange(picked))
    drawn = drawn_rows(rows, is_picked, wanted)
    assert len(drawn) == min(rows, wanted)
    assert (np.diff(drawn) > 0).all()
    assert is_picked[drawn].sum() == mine


def test_without_a_mix_a_page_draws_rows_at_even_steps() -> None:
    assert drawn_rows(100, None, 5).tolist() == [0, 20, 40, 60, 80]
