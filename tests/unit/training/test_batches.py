import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from diversify.errors import DataError
from diversify.training.batches import IGNORED, EndToEndRows, TrainingRows
from diversify.training.encoded import everywhere, join_rows
from diversify.training.packing import pack

PAD = 0
IDS = st.lists(st.integers(1, 9), min_size=1, max_size=5)
ROWS = st.lists(st.tuples(IDS, IDS), min_size=1, max_size=6)


def plainly(rows, max_length):
    """The oracle: ids and labels of all positions, padded row by row."""
    ids = [(prompt + answer)[:max_length] for prompt, answer in rows]
    labels = [([IGNORED] * len(prompt) + answer)[:max_length] for prompt, answer in rows]
    width = max(map(len, ids))
    return (
        torch.tensor([one + [PAD] * (width - len(one)) for one in ids]),
        torch.tensor([one + [IGNORED] * (width - len(one)) for one in labels]),
    )


@given(ROWS, st.integers(6, 12))
def test_a_batch_holds_all_ids_and_the_labels_of_the_answers(rows, max_length):
    taken = TrainingRows(join_rows(*zip(*rows, strict=True)), max_length, PAD)
    batch = taken.__getitems__(list(range(len(rows))))
    ids, labels = plainly(rows, max_length)
    kept = batch["labels"].shape[1]
    assert torch.equal(batch["input_ids"], ids)
    assert torch.equal(batch["labels"], labels[:, -kept:])
    assert (labels[:, : 1 - kept or None] == IGNORED).all(), "a label that no logits foretell"
    assert batch["trained"] == (labels != IGNORED).sum() == taken.trained.sum()
    assert (
        batch["tokens"]
        == taken.lengths.sum()
        == sum(min(len(p) + len(a), max_length) for p, a in rows)
    )


@given(ROWS, st.integers(6, 12), st.booleans())
def test_rows_end_to_end_hold_what_a_padded_batch_holds_but_the_padding(rows, max_length, packed):
    taken = TrainingRows(join_rows(*zip(*rows, strict=True)), max_length, PAD)
    flat = EndToEndRows(taken, pack(taken.lengths, max_length, 0) if packed else None)
    drawn = list(range(len(flat)))
    order = flat.rows_of(np.array(drawn))
    ids, labels = plainly([rows[row] for row in order], max_length)
    lengths = taken.lengths[order].tolist()
    inside = torch.arange(ids.shape[1]) < torch.tensor(lengths)[:, None]
    batch = flat.__getitems__(drawn)
    assert batch["input_ids"].tolist() == [ids[inside].tolist()]
    assert batch["position_ids"].tolist() == [[n for length in lengths for n in range(length)]]
    assert batch["row_lengths"] == lengths
    everywhere = torch.full(batch["input_ids"].shape, IGNORED)
    everywhere[0, batch["foretelling"] + 1] = batch["labels"][0, 1:]
    assert everywhere.tolist() == [labels[inside].tolist()]
    assert batch["labels"][0, 0] == IGNORED
    assert (batch["tokens"], batch["trained"]) == (flat.lengths.sum(), flat.trained.sum())


def test_with_a_loss_everywhere_only_first_tokens_have_none():
    rows = TrainingRows(everywhere(join_rows([[1, 2], [3]], [[4], [5, 6, 7]])), 8, PAD)
    assert rows.trained.tolist() == [2, 3]
    labels = rows.__getitems__([0, 1])["labels"].tolist()
    assert labels == [[IGNORED, 2, 4, IGNORED], [IGNORED, 5, 6, 7]]


def test_rows_that_keep_no_answer_are_counted():
    assert TrainingRows(join_rows([[1], [1] * 9], [[2], [2]]), 8, PAD).without_answer == 1


def test_a_loader_asks_for_a_batch_at_once():
    rows = TrainingRows(join_rows([[1], [2], [3]], [[4], [5], [6]]), 8, PAD)
    loader = torch.utils.data.DataLoader(rows, batch_size=2, collate_fn=lambda batch: batch)
    assert [batch["input_ids"].tolist() for batch in loader] == [[[1, 4], [2, 5]], [[3, 6]]]
    assert rows[1]["input_ids"].tolist() == [[2, 5]]


def test_cut_rows_are_counted():
    assert TrainingRows(join_rows([[1], [1]], [[2], [2] * 9]), 8, PAD).too_long == 1


def test_rows_without_an_answer_are_refused():
    with pytest.raises(DataError, match="no row keeps an answer within max_length 8: raise it"):
        TrainingRows(join_rows([[1] * 8], [[2]]), 8, PAD)
    with pytest.raises(DataError, match="no rows"):
        TrainingRows(join_rows([], []), 8, PAD)
