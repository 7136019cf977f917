"""Made-up items: who answered what, and how many bits it took."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest


def items(values, *, arm="a", seed=0, task="humaneval", metric="pass@1", harness="score",
          weights=None, file="items.parquet"):  # fmt: skip
    """Items of one model; values in the order of their names."""
    values = np.asarray(values, dtype=float)
    return pd.DataFrame({
        "harness": harness, "task": task, "metric": metric, "arm": arm, "seed": seed,
        "item": [f"{task.rstrip('+')}/{number:05}" for number in range(len(values))],
        "value": values, "weight": np.ones(len(values)) if weights is None else weights,
        "file": file,
    })  # fmt: skip


def table(*parts):
    return pd.concat(parts, ignore_index=True)


def answers(rng, shares, count):
    """Right and wrong answers: a row for each model, each item as hard for all of them."""
    hard = rng.normal(0, 1.5, count)
    return np.stack([(rng.random(count) < 1 / (1 + np.exp(hard - one))) for one in shares])


@pytest.fixture(scope="session")
def made():
    """The makers of items."""
    return SimpleNamespace(items=items, table=table, answers=answers)
