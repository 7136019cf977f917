import gzip
import json

import pandas as pd
import pytest

from diversify.config.forecast import ForecastOptions
from diversify.config.ingest import IngestOptions
from diversify.errors import DataError
from diversify.io.glance import look_at
from diversify.records import digest

WHOLE = ForecastOptions()
PART = ForecastOptions(read_mb=1, head_mb=1)
ROWS = [
    {
        "instruction": f"Tell of number {i}",
        "output": " ".join(digest(f"{i} {j}") for j in range(10 + i % 17)),
    }
    for i in range(9000)
]
"""About 5 MiB of text."""


def jsonl(path, rows=ROWS):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    with gzip.open(path, "wt") if path.suffix == ".gz" else path.open("w") as stream:
        stream.write(text)
    return path


def array(path):
    path.write_text(json.dumps(ROWS, indent=None if "line" in path.name else 1))
    return path


def csv(path):
    pd.DataFrame(ROWS).assign(output=lambda rows: rows["output"] + "\nSo, so.").to_csv(
        path, index=False
    )
    return path


def parquet(path):
    pd.DataFrame(ROWS).to_parquet(path, row_group_size=500, compression=None)
    return path


WRITERS = {
    "rows.jsonl": jsonl,
    "rows.jsonl.gz": jsonl,
    "rows.json": array,
    "one-line.json": array,
    "rows.csv": csv,
    "rows.parquet": parquet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_small_inputs_are_read_as_a_whole(tmp_path, name):
    place = WRITERS[name](tmp_path / name)
    seen = look_at([("tales", place)], IngestOptions(), WHOLE)
    assert (seen.whole, seen.rows_in, len(seen.rows), seen.share) == (True, 9000, 9000, 1)
    assert seen.of_sources(seen.rows) == {"tales": 9000}


@pytest.mark.parametrize("name", WRITERS)
def test_the_beginning_of_a_large_file_tells_how_many_rows_there_are(tmp_path, name):
    place = WRITERS[name](tmp_path / name)
    seen = look_at([("tales", place)], IngestOptions(), PART)
    assert not seen.whole
    assert len(seen.rows) < 6000
    assert seen.rows_in == pytest.approx(9000, rel=0.05)
    assert seen.expected(seen.rows) == pytest.approx(9000, rel=0.05)
    assert set(seen.rows["file"]) == {str(place)}


def test_small_files_beside_large_ones_are_read_as_a_whole(tmp_path):
    small = jsonl(tmp_path / "small.jsonl", ROWS[:50])
    large = jsonl(tmp_path / "large.jsonl")
    seen = look_at([("few", small), ("many", large)], IngestOptions(), PART)
    counts = seen.of_sources(seen.rows)
    assert counts["few"] == 50
    assert counts["many"] == pytest.approx(9000, rel=0.05)
    assert seen.of_sources(seen.rows[seen.rows["source"] == "few"]) == {"few": 50}


def test_malformed_rows_of_the_beginning_count_in_proportion(tmp_path):
    rows = [row if i % 3 else {**row, "output": ""} for i, row in enumerate(ROWS)]
    seen = look_at([("tales", jsonl(tmp_path / "rows.jsonl", rows))], IngestOptions(), PART)
    assert seen.rows_in == pytest.approx(9000, rel=0.05)
    assert seen.expected(seen.rows) == pytest.approx(6000, rel=0.05)


@pytest.mark.parametrize("trying", [WHOLE, PART])
def test_files_that_cannot_be_read_are_told(tmp_path, trying):
    broken = tmp_path / "broken.jsonl"
    broken.write_text("no rows at all\n" * 80_000)
    for place in (broken, tmp_path / "missing.jsonl"):
        with pytest.raises(DataError, match=place.name):
            look_at([("tales", place)], IngestOptions(), trying)


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    place = jsonl(tmp_path / "rows.jsonl")
    for trying in (WHOLE, PART):
        look_at([("tales", place)], IngestOptions(), trying)
    assert not list((tmp_path / "scratch").iterdir())
