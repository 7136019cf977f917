from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.training.packing import pack

MOST = 24
LENGTHS = st.lists(st.integers(1, MOST), min_size=1, max_size=40).map(np.array)


def blocks_of(packed):
    return [packed.order[a:b].tolist() for a, b in pairwise(packed.starts)]


def slowly(lengths, most, seed):
    """The oracle: row by row, a look at every block."""
    shuffled = np.random.default_rng(seed).permutation(len(lengths))
    blocks, rooms = [], []
    for turn, row in enumerate(sorted(shuffled, key=lambda row: -lengths[row]), 1):
        fitting = [(*room, block) for block, room in enumerate(rooms) if room[0] >= lengths[row]]
        if not fitting:
            blocks.append([])
            rooms.append((most, 0))
            fitting = [(most, 0, len(blocks) - 1)]
        room, _, block = min(fitting)
        blocks[block].append(int(row))
        rooms[block] = (room - lengths[row], turn)
    return blocks


@given(LENGTHS, st.integers(0, 3))
def test_the_blocks_are_those_of_best_fit_decreasing(lengths, seed):
    assert blocks_of(pack(lengths, MOST, seed)) == slowly(lengths, MOST, seed)


@given(LENGTHS, st.integers(0, 3))
def test_every_row_lies_in_one_block_and_no_block_overflows(lengths, seed):
    packed = pack(lengths, MOST, seed)
    assert sorted(packed.order) == list(range(len(lengths)))
    assert packed.sums(lengths).tolist() == [lengths[rows].sum() for rows in blocks_of(packed)]
    assert packed.sums(lengths).max() <= MOST


def test_rows_of_some_blocks_come_block_by_block():
    packed = pack(np.array([5, 5, 5, 3, 3, 2]), 10, 0)
    blocks = blocks_of(packed)
    assert packed.rows_of(np.array([1, 0])).tolist() == blocks[1] + blocks[0]


def test_equal_rows_that_stand_together_in_a_file_do_not_end_together():
    packed = pack(np.full(1000, 4), 8, seed=0)
    neighbours = sum(abs(a - b) == 1 for a, b in blocks_of(packed))
    assert len(packed) == 500
    assert neighbours < 20


def test_another_seed_gives_other_blocks_as_full():
    lengths = np.random.default_rng(0).integers(1, 50, 500)
    first, again, other = (pack(lengths, 100, seed) for seed in (0, 0, 1))
    assert blocks_of(first) == blocks_of(again) != blocks_of(other)
    assert len(first) == len(other)


@pytest.mark.parametrize("most", [512, 2048])
def test_rows_of_real_lengths_leave_next_to_no_room(most):
    lengths = np.clip(np.random.default_rng(0).lognormal(4.5, 0.8, 20_000).astype(int), 1, most)
    packed = pack(lengths, most, 0)
    assert lengths.sum() / (most * len(packed)) > 0.99
