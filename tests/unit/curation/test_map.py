import numpy as np
import pytest

from diversify.config.map import MapOptions
from diversify.curation.map import even_sample, lay_out
from diversify.errors import DataError


@pytest.fixture(scope="module")
def blobs() -> np.ndarray:
    """Three far groups of 40 rows, one after the other."""
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(8 * k, 1, size=(40, 16)) for k in range(3)])


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
