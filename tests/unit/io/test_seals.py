"""One changed bit anywhere: the file is refused, or holds what it held."""

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.ingest import IngestOptions
from diversify.errors import DataError
from diversify.io.documents import read_document, write_document
from diversify.io.ingest import ingest_files
from diversify.io.seals import SUMS, check_folder, seal_folder
from diversify.io.tables import read_rows, read_table, write_table
from diversify.io.vectors import read_array, write_array

TABLE = pd.DataFrame({"text": [f"row {n}" for n in range(40)], "line": range(40)})
DOCUMENT = {"scores": {"unseen": 0.25, "seen": 1.0}, "words": ["größer", "\u2028"], "none": None}
ARRAY = np.arange(60, dtype=np.float16).reshape(20, 3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    write_table(folder / "table.parquet", TABLE)
    write_array(folder / "array.npy", ARRAY)
    write_document(folder / "document.json", DOCUMENT)
    return folder


def flipped(path, place, bit):
    """Copy a file with one bit changed; the place is a share of its bytes."""
    content = bytearray(path.read_bytes())
    content[min(len(content) - 1, int(place * len(content)))] ^= 1 << bit
    copy = path.with_name(f"flipped{path.suffix}")
    copy.write_bytes(content)
    return copy


PLACES = {"place": st.floats(0, 1, exclude_max=True), "bit": st.integers(0, 7)}


@settings(max_examples=600, deadline=None)
@given(**PLACES)
def test_a_changed_bit_of_a_table_is_found_or_changes_nothing(folder, place, bit):
    copy = flipped(folder / "table.parquet", place, bit)
    try:
        read = read_table(copy)
    except DataError as error:
        assert str(copy) in str(error)
        assert "\n" not in str(error)
    else:
        pd.testing.assert_frame_equal(read, TABLE)


@settings(max_examples=600, deadline=None)
@given(**PLACES)
def test_a_changed_bit_of_an_array_is_found_or_changes_nothing(folder, place, bit):
    copy = flipped(folder / "array.npy", place, bit)
    try:
        read = read_array(copy)
    except DataError as error:
        assert str(copy) in str(error)
        assert "\n" not in str(error)
    else:
        assert read.dtype == ARRAY.dtype
        np.testing.assert_array_equal(read, ARRAY)


@pytest.mark.parametrize(
    ("name", "read"), [("table.parquet", read_table), ("array.npy", read_array)]
)
def test_a_file_cut_at_any_byte_is_found_or_changes_nothing(folder, name, read):
    content = (folder / name).read_bytes()
    whole = read(folder / name)
    cut = folder / f"cut-{name}"
    refused = 0
    for length in range(len(content)):
        cut.write_bytes(content[:length])
        try:
            assert np.array_equal(read(cut), whole)
        except DataError:
            refused += 1
    # an array that lost the whole of its seal, and nothing else, is an array
    assert refused >= len(content) - 1


@settings(max_examples=600, deadline=None)
@given(**PLACES)
def test_a_changed_bit_of_a_document_is_found_or_changes_nothing(folder, place, bit):
    copy = flipped(folder / "document.json", place, bit)
    try:
        read = read_document(copy)
    except DataError as error:
        assert str(copy) in str(error)
        assert "\n" not in str(error)
    else:
        assert {name: read[name] for name in DOCUMENT} == DOCUMENT


def test_a_document_comes_back_without_its_seal_and_may_have_none(folder, tmp_path):
    assert read_document(folder / "document.json") == DOCUMENT
    (tmp_path / "hand.json").write_text(json.dumps(DOCUMENT))
    assert read_document(tmp_path / "hand.json") == DOCUMENT


def test_a_table_is_read_by_others_as_it_is(folder):
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "table.parquet"), TABLE)
    assert pq.ParquetFile(folder / "table.parquet").metadata.num_rows == len(TABLE)


def test_an_array_is_read_by_others_as_it_is(folder):
    for mode in (None, "r"):
        np.testing.assert_array_equal(np.load(folder / "array.npy", mmap_mode=mode), ARRAY)


def test_files_without_a_seal_are_read(tmp_path):
    np.save(tmp_path / "array.npy", ARRAY)
    TABLE.to_parquet(tmp_path / "table.parquet")
    np.testing.assert_array_equal(read_array(tmp_path / "array.npy"), ARRAY)
    pd.testing.assert_frame_equal(read_table(tmp_path / "table.parquet"), TABLE)


def test_what_ingest_streams_bears_a_seal_too(tmp_path):
    (tmp_path / "rows.jsonl").write_text('{"instruction": "a", "output": "b"}\n' * 50)
    out = tmp_path / "rows.parquet"
    ingest_files([("rows", tmp_path / "rows.jsonl")], out, None, IngestOptions())
    assert len(read_rows(out)) == 50
    copy = flipped(out, 0.1, 3)
    with pytest.raises(DataError, match="not the bytes that were written"):
        read_rows(copy)
    # and where it is read as anybody's Parquet
    with pytest.raises(DataError, match="not the bytes that were written"):
        ingest_files([("rows", copy)], tmp_path / "again.parquet", None, IngestOptions())


def test_a_folder_is_checked_file_by_file(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "deep" / "weights").write_bytes(bytes(100))
    check_folder(tmp_path)
    seal_folder(tmp_path)
    check_folder(tmp_path)
    (tmp_path / "deep" / "weights").write_bytes(bytes(99) + b"!")
    with pytest.raises(DataError, match="deep/weights: not the bytes that were written"):
        check_folder(tmp_path)
    (tmp_path / "deep" / "weights").unlink()
    with pytest.raises(DataError, match="deep/weights"):
        check_folder(tmp_path)


@settings(max_examples=200, deadline=None)
@given(**PLACES)
def test_a_changed_bit_of_the_sums_themselves_never_passes(tmp_path_factory, place, bit):
    folder = tmp_path_factory.mktemp("model")
    (folder / "config.json").write_text("{}")
    (folder / "weights").write_bytes(bytes(100))
    seal_folder(folder)
    flipped(folder / SUMS, place, bit).rename(folder / SUMS)
    with pytest.raises(DataError, match="not the bytes that were written"):
        check_folder(folder)
