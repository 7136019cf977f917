import numpy as np
import pytest
import torch
from accelerate.data_loader import SeedableRandomSampler
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import BatchSampler

from diversify.training.batches import IGNORED, EndToEndRows, TrainingRows
from diversify.training.encoded import join_rows
from diversify.training.shares import SharedRows, ShareOfBatches


def shares(rows, batch, processes, seed=0, epoch=0):
    """Batches of each process."""
    made = [ShareOfBatches(rows, batch, processes, process, seed) for process in range(processes)]
    for share in made:
        share.set_epoch(epoch)
    return [list(share) for share in made]


def alone(rows, batch, seed, epoch):
    """The oracle: batches that accelerate gives to a process of its own."""
    sampler = SeedableRandomSampler(range(rows), data_seed=seed)
    sampler.set_epoch(epoch)
    return list(BatchSampler(sampler, batch, drop_last=False))


@given(
    rows=st.integers(1, 60),
    batch=st.integers(1, 7),
    processes=st.integers(1, 5),
    seed=st.integers(0, 99),
    epoch=st.integers(0, 9),
)
def test_all_shares_together_are_the_batches_of_one_process(rows, batch, processes, seed, epoch):
    together = zip(*shares(rows, batch, processes, seed, epoch), strict=True)
    joined = [sorted(number for share in step for number in share) for step in together]
    whole = alone(rows, batch * processes, seed, epoch)
    assert joined == [sorted(numbers) for numbers in whole]


@given(rows=st.integers(1, 60), batch=st.integers(1, 7), processes=st.integers(1, 5))
def test_shares_of_a_batch_differ_by_one_row_at_most_and_hold_no_more_than_a_batch(
    rows, batch, processes
):
    for step in zip(*shares(rows, batch, processes), strict=True):
        sizes = [len(share) for share in step]
        assert max(sizes) - min(sizes) <= 1
        assert max(sizes) <= batch


def test_the_length_is_the_number_of_steps():
    assert len(ShareOfBatches(17, 2, 4, 3, 0)) == 3 == len(shares(17, 2, 4)[3])


@pytest.fixture(params=["padded", "end to end"])
def rows(request):
    made = TrainingRows(join_rows([[5, 6, 7], [8]], [[9], [10, 11]]), 8, 0)
    return made if request.param == "padded" else EndToEndRows(made)


def test_an_empty_share_is_a_row_on_which_no_loss_falls(rows):
    idle = SharedRows(rows).__getitems__([])
    assert idle["labels"].eq(IGNORED).all()
    assert idle["tokens"] == idle["trained"] == 0
    assert torch.equal(idle["input_ids"], rows[0]["input_ids"])
    assert not rows[0]["labels"].eq(IGNORED).all()


def test_other_shares_are_as_they_are(rows):
    for numbers in ([0], [1, 0]):
        given, plain = SharedRows(rows).__getitems__(numbers), rows.__getitems__(numbers)
        assert all(np.array_equal(given[name], plain[name]) for name in plain)
