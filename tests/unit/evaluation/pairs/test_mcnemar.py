from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.evaluation.pairs.mcnemar import Discordant, discordant


def by_every_outcome(only_arm, only_reference):
    """Toss a coin for each discordant item, every way there is, and count as unlikely ones."""
    items = only_arm + only_reference
    seen = comb(items, only_arm)
    ways = [sum(toss) for toss in product((0, 1), repeat=items)]
    return sum(comb(items, heads) <= seen for heads in ways) / len(ways)


@pytest.mark.parametrize("only_arm", range(0, 7))
@pytest.mark.parametrize("only_reference", range(0, 7))
def test_the_test_equals_counting_every_outcome(only_arm, only_reference):
    assert Discordant(only_arm, only_reference).p == pytest.approx(
        by_every_outcome(only_arm, only_reference)
    )


def test_six_items_to_one_side_are_the_fewest_that_are_significant():
    assert Discordant(5, 0).p > 0.05 > Discordant(6, 0).p


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_swapping_the_arms_swaps_the_counts_and_keeps_the_p_value(pairs):
    first, second = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    found, swapped = discordant(first, second), discordant(second, first)
    assert (found.only_arm, found.only_reference) == (swapped.only_reference, swapped.only_arm)
    assert found.p == pytest.approx(swapped.p)
    assert found.items == sum(a != b for a, b in pairs)


def test_identical_arms_have_no_discordant_item_and_p_is_one():
    right = np.array([1.0, 0.0, 1.0])
    assert discordant(right, right).p == 1.0
