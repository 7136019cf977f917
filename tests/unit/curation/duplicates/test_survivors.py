import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.duplicates.pairs import Pairs, as_pairs, equal_pairs, head
from diversify.curation.duplicates.survivors import alone, choose_survivors, find_nearest


class Drawn:
    """Near pairs drawn by hand, given so many items at a time."""

    def __init__(self, near, at_a_time):
        self.near, self.at_a_time = near, at_a_time

    def block(self, lefts):
        return self.at_a_time

    def pairs(self, lefts, there, allowed):
        found = [
            (left, right, value)
            for (left, right), value in self.near.items()
            if left in lefts and there[right]
        ]
        left, right, value = (np.array(part) for part in zip(*found, strict=True)) if found else (
            np.empty(0, int), np.empty(0, int), np.empty(0)
        )  # fmt: skip
        return as_pairs(left, right, value, allowed)


def always(left, right):
    return np.ones(len(left), dtype=bool)


@st.composite
def graphs(draw):
    items = draw(st.integers(1, 12))
    places = st.integers(0, items - 1)
    edges = draw(st.sets(st.tuples(places, places).filter(lambda pair: pair[0] < pair[1])))
    values = draw(st.lists(st.sampled_from([0.8, 0.9, 1.0]), min_size=len(edges),
                           max_size=len(edges)))  # fmt: skip
    return items, dict(zip(sorted(edges), values, strict=True))


def test_of_a_chain_the_ends_stay_if_the_middle_comes_last():
    twins = choose_survivors(Drawn({(0, 2): 0.9, (1, 2): 0.8}, 9), 3, always)
    assert twins.twin.tolist() == [0, 1, 0]


def test_of_a_chain_the_far_end_stays_when_the_middle_goes():
    twins = choose_survivors(Drawn({(0, 1): 0.9, (1, 2): 0.8}, 9), 3, always)
    assert twins.twin.tolist() == [0, 0, 2]


@given(graph=graphs(), at_a_time=st.integers(1, 5))
def test_survivors_are_those_of_the_plain_loop(graph, at_a_time):
    items, near = graph
    stays, twin = [], []
    for item in range(items):
        taken = [other for other in stays if (other, item) in near]
        twin.append(taken[0] if taken else item)
        stays += [] if taken else [item]
    found = choose_survivors(Drawn(near, at_a_time), items, always)
    assert found.twin.tolist() == twin
    assert np.flatnonzero(found.alone).tolist() == stays
    for item, of in enumerate(twin):
        assert found.similarity[item] == np.float32(near.get((of, item), 1))


@given(graph=graphs(), at_a_time=st.integers(1, 5), share=st.floats(0, 1))
def test_the_nearest_reference_is_that_of_the_plain_loop(graph, at_a_time, share):
    items, near = graph
    references = round(share * items)
    found = find_nearest(Drawn(near, at_a_time), alone(items), references, always)
    for item in range(items):
        values = {
            other: near[other, item] for other in range(references)
            if item >= references and (other, item) in near
        }  # fmt: skip
        best = max(values, key=lambda other: (values[other], -other)) if values else item
        assert found.twin[item] == best
        assert found.similarity[item] == np.float32(values.get(best, 1))


def test_what_has_a_reference_already_keeps_it():
    first = find_nearest(Drawn({(0, 2): 0.8}, 9), alone(3), 2, always)
    again = find_nearest(Drawn({(1, 2): 1.0}, 9), first, 2, always)
    assert (again.twin.tolist(), again.similarity.tolist()) == ([0, 1, 0], [1, 1, np.float32(0.8)])


@given(
    lefts=st.lists(st.integers(0, 4), max_size=9), rights=st.lists(st.integers(0, 4), max_size=9)
)
def test_equal_numbers_are_joined_as_by_two_loops(lefts, rights):
    left, right = equal_pairs(np.array(lefts, dtype=int), np.array(rights, dtype=int))
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == [
        (one, two)
        for one, number in enumerate(lefts)
        for two, other in enumerate(rights)
        if number == other
    ]


@pytest.mark.parametrize(("most", "count"), [(0, 1), (3, 1), (5, 1), (8, 2), (9, 3), (99, 3)])
def test_a_head_costs_no_more_than_allowed_but_is_never_empty(most, count):
    assert head(np.array([5, 3, 1]), most) == count


def test_no_items_need_no_pairs():
    nobody = choose_survivors(Drawn({}, 9), 0, always)
    assert isinstance(as_pairs(*[np.empty(0, int)] * 3, always), Pairs)
    assert len(nobody.twin) == 0
