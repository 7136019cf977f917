import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.selectors.turns import in_turns

LABELS = st.lists(st.integers(0, 5), min_size=1, max_size=40)


def by_position(members, wanted):
    return members[:wanted]


def test_the_largest_cluster_goes_first_and_each_gives_one_in_turn():
    labels = np.array([7, 2, 2, 7, 2, 9])
    assert in_turns(labels, 6, by_position).tolist() == [1, 0, 5, 2, 3, 4]


@given(labels=LABELS)
def test_each_head_takes_the_same_of_each_cluster_or_all_it_has(labels):
    labels = np.array(labels)
    whole = in_turns(labels, len(labels), by_position)
    assert sorted(whole) == list(range(len(labels)))
    for count in range(len(labels) + 1):
        head = in_turns(labels, count, by_position)
        assert head.tolist() == whole[:count].tolist()
        taken = {label: int((labels[head] == label).sum()) for label in set(labels.tolist())}
        for label, rows in taken.items():
            assert rows >= max(taken.values()) - 1 or rows == (labels == label).sum()


def test_a_cluster_is_asked_only_for_what_it_gives():
    asked = []

    def ranking(members, wanted):
        asked.append((len(members), wanted))
        return members[:wanted]

    in_turns(np.array([0] * 10 + [1] * 5), 4, ranking)
    assert asked == [(10, 2), (5, 2)]
