import numpy as np
import pytest

from diversify.errors import DataError
from diversify.evaluation.pairs.aligned import Model, align


def test_models_lie_side_by_side_whatever_the_order_of_rows(made):
    rows = made.table(made.items([1, 0, 1], arm="b"), made.items([0, 0, 1], arm="a"))
    for order in (rows, rows.sample(frac=1, random_state=3)):
        (task,) = align(order)
        assert task.models == (Model("a", 0), Model("b", 0))
        assert task.items == ("humaneval/00000", "humaneval/00001", "humaneval/00002")
        assert task.values.tolist() == [[0, 0, 1], [1, 0, 1]]
        assert task.scores.tolist() == pytest.approx([1 / 3, 2 / 3])


def test_a_missing_item_is_named_with_its_model_and_never_passed_over(made):
    rows = made.table(made.items([1, 0, 1]), made.items([1, 0], arm="b", seed=2, file="b/items"))
    with pytest.raises(DataError, match="b/items: arm b, seed 2: lacks 1 of 3 items") as caught:
        align(rows)
    assert "humaneval/00002" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_many_missing_items_are_named_in_part_and_counted(made):
    with pytest.raises(DataError, match=r"00003, .*00007 and 2 more; score every arm"):
        align(made.table(made.items(np.ones(10)), made.items(np.ones(3), arm="b")))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (
            lambda rows: rows.assign(item="humaneval/00000"),
            "twice in humaneval .*: humaneval/00000",
        ),
        (lambda rows: rows.assign(value=np.nan), "values must be numbers"),
        (lambda rows: rows.assign(weight=0.0), "weights above zero"),
        (lambda rows: rows.assign(weight=2.0), "weigh differently for arm a, seed 0"),
    ],
)
def test_items_that_cannot_be_compared_are_refused(made, spoil, words):
    good = made.items([1, 0, 1])
    with pytest.raises(DataError, match=words):
        align(made.table(good, spoil(made.items([1, 0, 1], arm="b"))))


def test_a_task_of_two_harnesses_is_two(made):
    rows = made.table(
        made.items([1], task="gsm8k", metric="exact_match", harness="evaluate"),
        made.items([0], task="gsm8k", metric="exact_match", harness="lm-eval"),
    )
    assert [task.key[0] for task in align(rows)] == ["evaluate", "lm-eval"]


def test_parts_tell_how_a_score_moves_with_its_items(made):
    rng = np.random.default_rng(0)
    bits, bytes_ = rng.random(200) * 400, rng.integers(50, 400, 200).astype(float)
    (task,) = align(made.items(bits, weights=bytes_, metric="bits_per_byte"))
    assert not task.is_binary
    assert task.parts.sum() == pytest.approx(0, abs=1e-12)
    for item in (0, 77):  # one item more: the score moves by its part, to first order
        more = (bits.sum() + bits[item]) / (bytes_.sum() + bytes_[item])
        assert more - task.scores[0] == pytest.approx(task.parts[0, item], rel=0.02)
