import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.map import MapOptions
from diversify.curation.map import Placed
from diversify.curation.placing import _weights, place_rows, spread_heaps
from diversify.curation.pushing_field import PushingField

OPTIONS = MapOptions(neighbours=8, neighbour_perplexity=4)


@pytest.fixture(scope="module")
def groups() -> np.ndarray:
    """Three far groups of 200 rows each, taking turns."""
    rng = np.random.default_rng(0)
    middles = 6 * np.eye(3, 16)
    return middles[np.arange(600) % 3] + rng.normal(size=(600, 16))


@pytest.fixture(scope="module")
def landmarks() -> Placed:
    """The first 60 rows, each group around its own corner of the plane."""
    rng = np.random.default_rng(1)
    corners = np.array([(0, 0), (40, 0), (0, 40)])
    places = corners[np.arange(60) % 3] + rng.normal(scale=4, size=(60, 2))
    return Placed(np.arange(60), places.round(2))


@pytest.fixture(scope="module")
def places(groups: np.ndarray, landmarks: Placed) -> np.ndarray:
    return place_rows(groups, landmarks, OPTIONS)


def push_oracle(fixed: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Sum the pushes of all landmarks one by one."""
    gaps = place - fixed
    near = 1 / (1 + np.square(gaps).sum(axis=1))
    return (np.square(near)[:, None] * gaps).sum(axis=0) / near.sum()


def test_every_row_has_a_place_and_landmarks_stay(places: np.ndarray, landmarks: Placed) -> None:
    assert places.shape == (600, 2)
    assert np.isfinite(places).all()
    assert (places[landmarks.rows] == landmarks.places).all()


def test_rows_lie_in_their_group(places: np.ndarray) -> None:
    corners = np.array([(0, 0), (40, 0), (0, 40)])
    nearest = np.linalg.norm(places[:, None] - corners, axis=2).argmin(axis=1)
    assert (nearest == np.arange(600) % 3).all()


def test_a_row_hangs_on_no_other_row_s_turn(groups: np.ndarray, landmarks: Placed) -> None:
    order = np.random.default_rng(2).permutation(600)
    turned = np.argsort(order)[landmarks.rows]
    by_row = np.argsort(turned)
    moved = Placed(turned[by_row], landmarks.places[by_row])
    first = place_rows(groups, landmarks, OPTIONS)
    assert (place_rows(groups[order], moved, OPTIONS, threads=2) == first[order]).all()


def test_equal_rows_land_together_and_those_of_a_landmark_on_it(
    groups: np.ndarray, landmarks: Placed
) -> None:
    again = np.concatenate([groups, 3 * groups[100:200], groups[:60]])  # length plays no part
    found = place_rows(again, landmarks, OPTIONS)
    assert (found[600:700] == found[100:200]).all()
    assert (found[700:] == landmarks.places).all()


def test_a_row_rests_where_pulls_and_push_balance(groups: np.ndarray, landmarks: Placed) -> None:
    """Follow a few rows by plain loops, every landmark's push summed one by one."""
    options = OPTIONS.model_copy(update={"spread": 0.0})
    found = place_rows(groups, landmarks, options)
    unit = groups / np.linalg.norm(groups, axis=1, keepdims=True)
    for row in range(100, 130):
        squared = np.square(unit[row] - unit[:60]).sum(axis=1)
        nearest = np.argsort(squared)[:8]
        pulls = _weights(squared[None, nearest], 4)[0]
        place = landmarks.places[nearest[0]]
        for _ in range(options.placing_steps):
            gaps = landmarks.places[nearest] - place
            near = pulls / (1 + np.square(gaps).sum(axis=1))
            step = (near[:, None] * gaps).sum(axis=0) + push_oracle(landmarks.places, place)
            place = place + step / max(np.linalg.norm(step), 1)
        assert np.linalg.norm(place - found[row]) < 0.25


def test_the_push_looked_up_is_the_sum_over_all_landmarks(landmarks: Placed) -> None:
    somewhere = np.random.default_rng(3).uniform(-5, 45, size=(200, 2))
    wanted = np.array([push_oracle(landmarks.places, place) for place in somewhere])
    assert np.abs(PushingField(landmarks.places).at(somewhere) - wanted).max() < 0.02


@given(st.integers(2, 30), st.floats(1.5, 20), st.integers(0, 99))
def test_weights_have_the_perplexity_asked_for(count: int, wanted: float, seed: int) -> None:
    squared = np.random.default_rng(seed).uniform(1e5, 9e6, size=(3, count))
    weights = _weights(squared, wanted)
    perplexity = np.exp(-(weights * np.log(np.maximum(weights, 1e-300))).sum(axis=1))
    assert weights.sum(axis=1) == pytest.approx(1)
    assert perplexity == pytest.approx(min(wanted, 0.9 * count), rel=0.01)
    outwards = np.take_along_axis(weights, np.argsort(squared, axis=1), axis=1)
    assert (np.diff(outwards, axis=1) <= 0).all()


@given(st.integers(0, 999), st.floats(0, 2))
def test_spreading_keeps_direction_and_order_and_never_draws_in(seed: int, part: float) -> None:
    rng = np.random.default_rng(seed)
    fixed = np.array([(0, 0), (10, 0), (0, 10), (10, 10), (5, 20), (20, 5)], dtype=float)
    home = rng.integers(6, size=50)
    places = fixed[home] + rng.normal(scale=0.3, size=(50, 2))
    before = places - fixed[home]
    after = spread_heaps(places, fixed, part) - fixed[home]
    near, far = np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)
    assert (far >= near - 1e-9).all()
    assert (before * after).sum(axis=1) == pytest.approx(near * far)
    for one in range(6):
        order = np.argsort(near[home == one])
        assert (np.diff(far[home == one][order]) >= -1e-9).all()


def test_a_spread_of_nothing_leaves_rows_where_they_lie() -> None:
    fixed = np.array([(0.0, 0.0), (9.0, 9.0)])
    places = np.array([(0.1, 0.0), (0.0, 0.2), (9.0, 9.0)])
    assert spread_heaps(places, fixed, 0.0) == pytest.approx(places)


def test_one_landmark_holds_all_rows() -> None:
    found = place_rows(np.ones((9, 4)), Placed(np.arange(9), np.zeros((9, 2))), OPTIONS)
    assert (found == 0).all()


def test_no_rows_take_no_places() -> None:
    nothing = Placed(np.arange(0), np.empty((0, 2)))
    assert place_rows(np.empty((0, 4)), nothing, OPTIONS).shape == (0, 2)
