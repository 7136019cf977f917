import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.evaluation.pairs import resampling
from diversify.evaluation.pairs.aligned import align
from diversify.evaluation.pairs.resampling import interval, resample


def plain_bootstrap(task, resamples, rng):
    """Draw items one by one, and score every model on them."""
    found = []
    for _ in range(resamples):
        drawn = [int(rng.integers(len(task.items))) for _ in task.items]
        weight = sum(task.weights[item] for item in drawn)
        found.append([sum(row[item] for item in drawn) / weight for row in task.values])
    return np.array(found)


def test_resampled_scores_spread_as_those_of_a_plain_loop(made):
    rng = np.random.default_rng(1)
    weights = rng.integers(20, 300, 40).astype(float)
    rows = [made.items(weights * rng.normal(2, 0.5, 40), arm=arm, weights=weights) for arm in "ab"]
    (task,) = align(made.table(*rows))
    fast = resample([task], 4000, seed=0)[task.key]
    slow = plain_bootstrap(task, 4000, rng)
    assert fast.mean(axis=0) == pytest.approx(slow.mean(axis=0), rel=0.01)
    assert np.cov(fast.T) == pytest.approx(np.cov(slow.T), rel=0.12)
    for column in range(2):
        assert interval(fast[:, column], 0.95) == pytest.approx(
            interval(slow[:, column], 0.95), rel=0.02
        )


def test_the_same_seed_draws_the_same_and_another_task_changes_nothing(made):
    right = np.arange(30) % 3 == 0
    one = align(made.items(right))
    two = align(made.table(made.items(right), made.items(right[:9], task="mbpp")))
    first = resample(one, 50, seed=4)[one[0].key]
    assert (resample(two, 50, seed=4)[one[0].key] == first).all()
    assert (resample(one, 50, seed=5)[one[0].key] != first).any()


def test_tasks_of_the_same_items_are_drawn_together(made):
    right = np.arange(30) % 3 == 0
    tasks = align(made.table(made.items(right), made.items(right, task="humaneval+")))
    drawn = resample(tasks, 50, seed=0)
    assert (drawn[tasks[0].key] == drawn[tasks[1].key]).all()


def test_blocks_of_draws_change_nothing_but_memory(made, monkeypatch):
    (task,) = align(made.items(np.arange(30) % 3 == 0))
    whole = resample([task], 50, seed=0)[task.key]
    monkeypatch.setattr(resampling, "CELLS", 30 * 7)
    assert (resample([task], 50, seed=0)[task.key] == whole).all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_no_draw_leaves_the_range_of_the_items(made, right):
    (task,) = align(made.items(right))
    drawn = resample([task], 20, seed=0)[task.key]
    assert drawn.shape == (20, 1)
    assert ((drawn >= min(right)) & (drawn <= max(right))).all()
