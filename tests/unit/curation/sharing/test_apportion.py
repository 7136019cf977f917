import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.mix import MixOptions
from diversify.curation.sharing.apportion import allocation_weights, apportion, interleave, turns

WEIGHTS = st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any)


def plain_webster(weights, seats, lower, upper) -> list[int]:
    """One seat after the other, to the largest weight / (2 seats + 1) that may have more."""
    counts = list(lower)
    while sum(counts) < seats:
        may = [i for i in range(len(counts)) if counts[i] < upper[i]]
        counts[max(may, key=lambda i: (weights[i] / (2 * counts[i] + 1), -i))] += 1
    return counts


def bounded(draw_weights, data):
    lower = [data.draw(st.integers(0, 5)) for _ in draw_weights]
    upper = [low + data.draw(st.integers(0, 40)) for low in lower]
    seats = data.draw(st.integers(sum(lower), sum(upper)))
    return np.array(draw_weights, dtype=float), seats, np.array(lower), np.array(upper)


@given(weights=WEIGHTS, data=st.data())
def test_seats_are_those_of_the_plain_method_within_bounds(weights, data):
    problem = bounded(weights, data)
    counts = apportion(*problem)
    assert counts.tolist() == plain_webster(*problem)
    assert counts.sum() == problem[1]


@given(weights=WEIGHTS, data=st.data())
def test_one_seat_more_takes_a_seat_from_nobody(weights, data):
    given_weights, seats, lower, upper = bounded(weights, data)
    if seats == upper.sum():
        return
    fewer, more = (apportion(given_weights, n, lower, upper) for n in (seats, seats + 1))
    assert sorted(more - fewer) == [0] * (len(weights) - 1) + [1]


def largest_remainders(weights, seats) -> list[int]:
    exact = weights / weights.sum() * seats
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: seats - counts.sum()]] += 1
    return counts.tolist()


def test_largest_remainders_take_a_seat_away_where_webster_does_not():
    weights, none, most = np.array([6.0, 6.0, 2.0]), np.zeros(3, int), np.full(3, 99)
    assert largest_remainders(weights, 10) == [4, 4, 2]
    assert largest_remainders(weights, 11) == [5, 5, 1]  # the third has lost one
    assert apportion(weights, 10, none, most).tolist() == [5, 4, 1]
    assert apportion(weights, 11, none, most).tolist() == [5, 5, 1]


def test_bounds_that_cannot_be_met_are_refused():
    with pytest.raises(ValueError, match="5 seats do not fit between 0 and 4"):
        apportion(np.ones(2), 5, np.zeros(2, int), np.full(2, 2))


def test_a_million_seats_are_shared_out_at_once():
    sizes = np.random.default_rng(0).integers(1, 10_000, 700)
    counts = apportion(sizes.astype(float), 1_000_000, np.zeros(700, int), np.full(700, 10**7))
    assert abs(counts - sizes / sizes.sum() * 1_000_000).max() < 1


@given(weights=WEIGHTS, seats=st.integers(0, 200))
def test_every_head_gives_each_group_its_share_within_a_row(weights, seats):
    order = turns(weights, seats)
    for group, weight in enumerate(weights):
        so_far = (order == group).cumsum()
        share = weight / sum(weights) * np.arange(1, seats + 1)
        assert (abs(so_far - share) < 1).all()


def test_webster_alone_would_be_off_by_rows():
    weights = [900, *[10] * 10]
    off = max(abs((turns(weights, n) == 0).sum() - 0.9 * n) for n in range(1, 200))
    webster = [apportion(np.array(weights, float), n, np.zeros(11, int), np.full(11, 999))[0]
               for n in range(1, 200)]  # fmt: skip
    assert off < 1 < max(abs(got - 0.9 * n) for n, got in enumerate(webster, start=1))


@given(first=st.integers(1, 99), seats=st.integers(1, 150))
def test_between_two_groups_it_is_websters_method(first, seats):
    order = turns([first, 100 - first], seats)
    counts = apportion(np.array([first, 100.0 - first]), seats, np.zeros(2, int), np.full(2, 999))
    assert np.bincount(order, minlength=2).tolist() == counts.tolist()


@given(weights=WEIGHTS, seats=st.integers(0, 100), more=st.integers(0, 50))
def test_fewer_turns_are_the_head_of_more(weights, seats, more):
    assert turns(weights, seats).tolist() == turns(weights, seats + more)[:seats].tolist()


@given(st.lists(st.lists(st.integers(1, 9), max_size=12), min_size=1, max_size=4))
def test_each_head_spends_on_each_group_what_it_is_due(costs):
    costs = [np.array(cost, dtype=np.int64) for cost in costs]
    targets = np.array([max(cost.sum(), 1) for cost in costs])
    order = interleave(costs, targets)
    groups = np.repeat(np.arange(len(costs)), [len(cost) for cost in costs])
    assert sorted(order) == list(range(len(groups)))
    spent = np.zeros(len(costs))
    for row in order:
        group = groups[row]
        due = (spent[group] + np.concatenate(costs)[row] / 2) / targets[group]
        spent[group] += np.concatenate(costs)[row]
        for other in range(len(costs)):  # nobody who was passed over was due before
            left = costs[other][np.cumsum(costs[other]) > spent[other]]
            if len(left):
                assert (spent[other] + left[0] / 2) / targets[other] >= due - 1e-12


@pytest.mark.parametrize(
    ("allocation", "weights"),
    [("proportional", [100, 25, 0]), ("uniform", [1, 1, 0]), ("square-root", [10, 5, 0]),
     ("capped", [100, 25, 0])],
)  # fmt: skip
def test_allocations_weigh_clusters_by_a_power_of_their_size(allocation, weights):
    options = MixOptions(allocation=allocation)
    assert allocation_weights(np.array([100, 25, 0]), options).tolist() == weights


def test_temperature_two_is_the_square_root_and_a_high_one_is_nearly_uniform():
    sizes = np.array([100, 25, 1])
    two = allocation_weights(sizes, MixOptions(allocation="temperature", temperature=2))
    high = allocation_weights(sizes, MixOptions(allocation="temperature", temperature=1e6))
    assert two.tolist() == [10, 5, 1]
    assert np.ptp(high) < 1e-4
