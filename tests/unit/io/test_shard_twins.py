"""Duplicates of shards are those of all rows at once, for the same twins."""

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.dedup import DedupOptions
from diversify.config.shards import shards
from diversify.curation.dedup import drop_duplicates
from diversify.curation.duplicates.suspects import batches, groups_of, suspect_keys
from diversify.curation.duplicates.twins import counted, settled
from diversify.errors import ConfigError, DataError
from diversify.io.shard_twins import find_twins
from diversify.io.shards import read_shard, write_for_shards
from diversify.io.tables import write_table
from diversify.io.vectors import write_array
from diversify.records import COLUMNS, Record

WORDS = [
    "sort",
    "reverse",
    "the",
    "list",
    "of",
    "words",
    "numbers",
    "and",
    "then",
    "print",
    "it",
    "in",
    "order",
    "twice",
]
CHOICES = [
    {},
    {"keep": "longest"},
    {"scope": "within"},
    {"scope": "across"},
    {"scope": "core", "core": "code"},
    {"keep": "source", "source_order": ["chat", "code"]},
    {"field": "instruction"},
]
METHODS = ["exact", "minhash"]


def pool(rng, count):
    """Rows that repeat each other in part: chains of small changes to a few sentences."""
    rows = []
    for line in range(1, count + 1):
        words = list(WORDS[: rng.integers(6, len(WORDS))])
        for _ in range(rng.integers(0, 3)):
            words[rng.integers(len(words))] = str(rng.integers(4))
        rows.append(
            Record(
                source=["code", "chat"][rng.integers(2)],
                file="f.jsonl",
                line=line,
                instruction=" ".join(words),
                response="x" * int(rng.integers(1, 9)),
                input=["", "a"][rng.integers(2)],
            )
        )
    return pd.DataFrame([[getattr(row, name) for name in COLUMNS] for row in rows], columns=COLUMNS)


def sharded(rows, of, options, folder):
    """Find duplicates as the jobs of `of` shards do; every shard has a table and its keys."""
    which = np.arange(len(rows)) % of
    tables, keys = [], []
    for number in range(of):
        part = rows[which == number].reset_index(drop=True)
        tables.append(folder / f"{number}.parquet")
        keys.append(folder / f"{number}.npy")
        write_table(tables[-1], part)
        write_array(keys[-1], suspect_keys(part, options))
    return find_twins(tables, keys, options)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    of=st.integers(1, 5),
    method=st.sampled_from(METHODS),
    choice=st.sampled_from(CHOICES),
    threshold=st.sampled_from([0.5, 0.8]),
    at_once=st.sampled_from([2, 15, 200_000]),
)
def test_the_same_rows_go_for_the_same_twins(
    tmp_path_factory, seed, of, method, choice, threshold, at_once
):
    rows = pool(np.random.default_rng(seed), 60)
    options = DedupOptions(method=method, threshold=threshold, **choice)
    whole = drop_duplicates(rows, options)
    with patch("diversify.io.shard_twins.ROWS_AT_ONCE", at_once):
        dropped, count = sharded(rows, of, options, tmp_path_factory.mktemp("shards"))
    pd.testing.assert_frame_equal(dropped, whole.dropped)
    assert counted(count, dropped) == whole.summary()
    pd.testing.assert_frame_equal(settled(rows, dropped).kept, whole.kept)


def test_each_shard_drops_its_own(tmp_path):
    rows = pool(np.random.default_rng(0), 80)
    whole = drop_duplicates(rows, DedupOptions())
    assert len(whole.dropped) > 10
    write_for_shards(tmp_path / "twins.parquet", whole.dropped, 3)
    write_for_shards(tmp_path / "rows.parquet", rows, 3)
    parts = [
        settled(
            read_shard(tmp_path / "rows.parquet", shard),
            read_shard(tmp_path / "twins.parquet", shard),
        )
        for shard in shards(3)
    ]
    for side in ("kept", "dropped"):
        apart = pd.concat([getattr(part, side) for part in parts])
        assert sorted(apart["line"]) == sorted(getattr(whole, side)["line"])
    assert sum(len(part.kept) + len(part.dropped) for part in parts) == len(rows)


@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=30))
def test_rows_that_share_a_key_at_any_remove_are_one_group(table):
    keys = np.array(table, dtype=np.uint64)
    groups = groups_of(keys.T, len(keys))
    alike = (keys[:, None] == keys[None]).any(axis=2)
    for _ in range(len(keys)):  # close the relation by hand
        alike = (alike.astype(int) @ alike.astype(int)) > 0
    assert (alike == (groups[:, None] == groups[None])).all()


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 20))
def test_batches_hold_whole_groups_and_no_row_alone(given_groups, most):
    groups = np.unique(given_groups, return_inverse=True)[1].astype(np.intp)
    found = list(batches(groups, most))
    together = np.concatenate([*found, np.empty(0, dtype=np.intp)]).astype(int)
    sizes = np.bincount(groups)
    shared = np.flatnonzero(sizes[groups] > 1) if len(groups) else []
    assert sorted(together) == list(shared)
    for batch in found:
        assert all((groups[batch] == one).sum() == sizes[one] for one in set(groups[batch]))
        assert len(batch) <= most or len(set(groups[batch])) == 1


def test_vectors_have_no_keys():
    rows = pool(np.random.default_rng(0), 3)
    with pytest.raises(ConfigError, match="cannot be sharded"):
        suspect_keys(rows, DedupOptions(method="semantic"))


def test_keys_of_other_rows_are_told_of(tmp_path):
    rows = pool(np.random.default_rng(0), 9)
    write_table(tmp_path / "rows.parquet", rows)
    write_array(tmp_path / "few.npy", suspect_keys(rows[:4], DedupOptions()))
    write_array(tmp_path / "odd.npy", np.zeros((9, 2)))
    with pytest.raises(DataError, match="holds 4 rows, but the row table has 9"):
        find_twins([tmp_path / "rows.parquet"], [tmp_path / "few.npy"], DedupOptions())
    with pytest.raises(DataError, match="holds no keys"):
        find_twins([tmp_path / "rows.parquet"], [tmp_path / "odd.npy"], DedupOptions())


def test_a_source_that_no_shard_has_is_told_of(tmp_path):
    rows = pool(np.random.default_rng(0), 9)
    options = DedupOptions(scope="core", core="maths")
    with pytest.raises(ConfigError, match="'maths' is not a source"):
        sharded(rows, 2, options, tmp_path)
