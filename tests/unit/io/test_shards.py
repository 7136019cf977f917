import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.ingest import IngestOptions
from diversify.config.shards import MOST, Shard, check_count, shard_named, shards
from diversify.errors import ConfigError, DataError
from diversify.io.ingest import ingest_files
from diversify.io.shards import read_shard, read_shard_of_all, write_for_shards
from diversify.io.tables import read_rows
from diversify.records import digest


def numbered(count):
    """Rows with a content hash each."""
    return pd.DataFrame(
        {"id": [digest(str(number)) for number in range(count)], "number": range(count)}
    )


@settings(max_examples=20, deadline=None)
@given(count=st.integers(0, 300), of=st.integers(2, 20))
def test_each_row_is_in_one_shard_and_in_its_order(tmp_path_factory, count, of):
    path = tmp_path_factory.mktemp("laid") / "rows.parquet"
    rows = numbered(count)
    write_for_shards(path, rows, of)
    parts = [read_shard(path, shard) for shard in shards(of)]
    assert all(part["number"].is_monotonic_increasing for part in parts)
    together = pd.concat(parts).sort_values("number", ignore_index=True)
    pd.testing.assert_frame_equal(together, rows)
    assert sorted(read_ordinarily(path)) == list(range(count))
    assert [file.name for file in path.parent.iterdir()] == ["rows.parquet"]


def read_ordinarily(path):
    return pd.read_parquet(path)["number"].tolist()


def test_a_row_is_in_the_same_shard_whatever_table_it_comes_in(tmp_path):
    rows = numbered(200)
    for name, part in (("all", rows), ("odd", rows[1::2]), ("even", rows[::2])):
        write_for_shards(tmp_path / f"{name}.parquet", part, 3)
    for shard in shards(3):
        apart = read_shard_of_all([tmp_path / "odd.parquet", tmp_path / "even.parquet"], shard)
        whole = read_shard(tmp_path / "all.parquet", shard)
        assert sorted(apart["number"]) == whole["number"].tolist()


def test_a_table_for_another_number_of_shards_is_told_of(tmp_path):
    write_for_shards(tmp_path / "rows.parquet", numbered(9), 3)
    with pytest.raises(DataError, match="not laid out for 4 shards but for 3"):
        read_shard(tmp_path / "rows.parquet", Shard(0, 4))
    numbered(9).to_parquet(tmp_path / "plain.parquet")
    with pytest.raises(DataError, match="run the step before with --shards 4"):
        read_shard(tmp_path / "plain.parquet", Shard(0, 4))
    with pytest.raises(DataError, match="no such file"):
        read_shard(tmp_path / "none.parquet", Shard(0, 4))


def test_ingest_reads_the_same_rows_in_one_piece_and_for_shards(tmp_path):
    file = tmp_path / "code.jsonl"
    file.write_text(
        "".join(f'{{"instruction": "say {n}", "output": "{n}"}}\n' for n in range(50)) + "broken\n"
    )
    told = [
        ingest_files([("code", file)], tmp_path / f"{n}.parquet", None, IngestOptions(), n)
        for n in (1, 4)
    ]
    assert told[0] == told[1]
    whole = read_rows(tmp_path / "1.parquet")
    apart = read_rows(tmp_path / "4.parquet").sort_values("line", ignore_index=True)
    pd.testing.assert_frame_equal(whole, apart)


@pytest.mark.parametrize("name", ["3", "4-of-4", "0-of-9999", "-1-of-3", "a-of-b"])
def test_a_name_that_is_no_shard_is_told_of(name):
    with pytest.raises(ConfigError, match="is no shard"):
        shard_named(name)


def test_shards_are_named_so_that_names_sort_as_numbers():
    names = [str(shard) for shard in shards(120)]
    assert names == sorted(names)
    assert [shard_named(name).number for name in names] == list(range(120))


@pytest.mark.parametrize("of", [0, -1, MOST + 1])
def test_so_many_shards_there_cannot_be(of):
    with pytest.raises(ConfigError, match=f"shards {of}: give a number from 1 to"):
        check_count(of)


@settings(max_examples=150, deadline=None)
@given(place=st.floats(0, 1), bit=st.integers(0, 7))
def test_a_changed_bit_is_never_read_as_right(tmp_path_factory, place, bit):
    path = tmp_path_factory.mktemp("broken") / "rows.parquet"
    write_for_shards(path, numbered(50), 2)
    right = [read_shard(path, shard) for shard in shards(2)]
    stored = bytearray(path.read_bytes())
    stored[int(place * (len(stored) - 1))] ^= 1 << bit
    path.write_bytes(stored)
    for shard, rows in zip(shards(2), right, strict=True):
        try:
            read = read_shard(path, shard)
        except DataError:
            continue
        pd.testing.assert_frame_equal(read, rows)
