import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.lots import content_keys, drawn, lots
from diversify.records import digest

KEYS = content_keys([digest(str(number)) for number in range(2000)])
SEEDS = st.integers(0, 2**40)


def test_a_key_is_the_head_of_the_content_hash():
    assert content_keys(["00000000000000ff" + "0" * 16, "f" * 32]).tolist() == [255, 2**64 - 1]
    assert len(content_keys([])) == 0


@given(seed=SEEDS, count=st.integers(0, 300), cuts=st.lists(st.integers(0, 2000), max_size=5))
def test_the_best_of_the_parts_hold_the_best_of_the_whole(seed, count, cuts):
    parts = np.split(np.arange(len(KEYS)), sorted(cuts))
    best = np.concatenate([part[drawn(KEYS[part], count, seed, [1])] for part in parts])
    best = np.sort(best)
    again = best[drawn(KEYS[best], count, seed, [1])]
    assert again.tolist() == drawn(KEYS, count, seed, [1]).tolist()


@given(seed=SEEDS)
def test_a_key_that_is_added_displaces_one_at_most(seed):
    before = set(drawn(KEYS[:-1], 100, seed, [0]).tolist())
    after = set(drawn(KEYS, 100, seed, [0]).tolist())
    assert len(before - after) <= 1


@given(seed=SEEDS)
def test_other_streams_have_nothing_in_common(seed):
    one, other = (set(drawn(KEYS, 200, seed, [stream]).tolist()) for stream in (0, 1))
    assert len(one & other) < 60  # 20 are expected, by chance


def test_keys_in_a_row_are_drawn_evenly():
    spots = lots(np.arange(100_000, dtype=np.uint64), 0, [0]) / 2**64
    counts, _ = np.histogram(spots, 50, (0, 1))
    assert np.square(counts - 2000).sum() / 2000 == pytest.approx(49, abs=40)  # chi-squared, 49
