"""A file that changes while it is read is never taken for what was hashed."""

import json
import os
import time

import pytest

from diversify.config.ingest import IngestOptions
from diversify.errors import DataError
from diversify.io.ingest import ingest_files
from diversify.io.readers import read_records

ROWS = 30_000
"""More than any reader takes in at once."""


def line(number):
    return json.dumps({"instruction": f"Add {number:06} and 1.", "output": "so"}) + "\n"


def appended(path):
    with path.open("a") as stream:
        stream.write(line(0))


def edited_in_place(path):
    """Same length, and the time of its last change is put back."""
    before = path.stat()
    with path.open("r+b") as stream:
        stream.seek(-10, os.SEEK_END)
        stream.write(b"no")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def cut(path):
    os.truncate(path, path.stat().st_size - 2 * len(line(0)))


def replaced(path):
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


def removed(path):
    path.unlink()


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(map(line, range(ROWS))))
    time.sleep(0.02)  # a file system's clock ticks every few milliseconds
    return path


@pytest.mark.parametrize("change", [appended, edited_in_place, cut, replaced, removed])
def test_a_file_that_changes_while_it_is_read_is_named(source, change):
    stream = read_records(source, "rows", IngestOptions())
    next(stream)
    change(source)
    with pytest.raises(DataError, match=r"rows\.jsonl: changed while it was read: run again"):
        list(stream)


def test_nothing_is_written_of_it(source, tmp_path, monkeypatch):
    from diversify.io import ingest

    def batches(records, tally):
        for number, batch in enumerate(kept(records, tally)):
            if not number:
                edited_in_place(source)
            yield batch

    kept = ingest.batches
    monkeypatch.setattr(ingest, "batches", batches)
    out = tmp_path / "out" / "rows.parquet"
    with pytest.raises(DataError, match="changed while it was read"):
        ingest_files([("rows", source)], out, None, IngestOptions())
    assert not list(out.parent.iterdir())


def test_a_file_at_rest_is_read_to_its_end(source):
    assert len(list(read_records(source, "rows", IngestOptions()))) == ROWS
