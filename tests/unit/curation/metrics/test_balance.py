import numpy as np
import pandas as pd
import pytest

from diversify.curation.metrics.balance import cluster_balance, source_table


def test_even_clusters_have_an_entropy_of_one():
    found = cluster_balance(np.array([3, 1, 2, 1, 2, 3]), clusters=3)
    assert found.entropy == pytest.approx(1)
    assert found.covered == 1


def test_one_cluster_of_many_has_none():
    found = cluster_balance(np.array([4, 4, 4]), clusters=5)
    assert (found.entropy, found.covered) == (0, 0.2)


def test_shares_of_three_to_one():
    found = cluster_balance(np.array([0, 0, 0, 1]), clusters=4)
    shannon = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert found.entropy == pytest.approx(shannon / np.log(4))


def test_sources_add_up_and_those_not_picked_are_listed():
    pool = pd.Series(["a"] * 6 + ["b"] * 3 + ["c"])
    table = source_table(pool, pool.iloc[[0, 1, 9]])
    assert table["source"].tolist() == ["a", "b", "c"]
    assert table["have"].tolist() == [6, 3, 1]
    assert table["picked"].tolist() == [2, 0, 1]
    assert table["delta"].sum() == pytest.approx(0)
    assert table["delta"].iloc[1] == pytest.approx(-0.3)
