import json

import pytest
from pydantic import ValidationError

from diversify.config.ingest import IngestOptions
from diversify.io.ingest import ingest_files
from diversify.io.tables import read_rows


@pytest.fixture
def files(tmp_path):
    """Two files of one source, with two malformed rows, and one of another."""
    places = []
    for name, count in (("a", 30), ("b", 20), ("c", 10)):
        rows = [{"instruction": f"{name} {i}", "output": "yes"} for i in range(count)]
        lines = [json.dumps(row) for row in rows] + ["oops"] * (name == "b") * 2
        place = tmp_path / f"{name}.jsonl"
        place.write_text("".join(f"{line}\n" for line in lines))
        places.append(place)
    return places


def ingested(tmp_path, sources, **options):
    out, rejects = tmp_path / "out.parquet", tmp_path / "rejects.jsonl"
    summary = ingest_files(sources, out, rejects, IngestOptions(**options))
    return summary, read_rows(out)


def test_a_large_source_is_drawn_from_over_all_its_files_and_others_stay_whole(files, tmp_path):
    sources = [("big", files[0]), ("small", files[2]), ("big", files[1])]
    summary, rows = ingested(tmp_path, sources, most="big=25")
    assert rows["source"].value_counts().to_dict() == {"big": 25, "small": 10}
    assert [file.source for file in summary.files] == ["big", "small", "big"]
    for file in summary.files:
        assert file.rows == file.kept + sum(file.rejected.values()) + file.left_out
        assert file.kept == (rows["file"] == file.file).sum()
    assert (summary.rows, summary.kept, summary.rejected, summary.left_out) == (62, 35, 2, 25)
    of_a = rows.loc[rows["file"] == str(files[0]), "line"]
    assert of_a.is_monotonic_increasing
    assert 0 < len(of_a) < 25
    profile = summary.files[0].instruction
    assert profile is not None


def test_the_order_of_files_does_not_matter_and_the_seed_does(files, tmp_path):
    there = [("big", files[0]), ("big", files[1])]
    (_, one), (_, again), (_, other) = (
        ingested(tmp_path, sources, most={"big": 25}, draw_seed=seed)
        for sources, seed in ((there, 0), (there[::-1], 0), (there, 1))
    )
    assert set(one["id"]) == set(again["id"])
    assert set(one["id"]) != set(other["id"])


def test_a_draw_larger_than_the_source_takes_all_of_it(files, tmp_path):
    summary, rows = ingested(tmp_path, [("big", files[0])], most={"big": "1k"})
    assert (len(rows), summary.left_out) == (30, 0)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("big", "expected pairs such as chat=200k,math=50k"),
        ({"big": 0}, "a source of which no row is kept is none: leave it out"),
        ({"big": 0.5}, "expected a whole number"),
    ],
)
def test_what_is_no_number_of_rows_is_refused(given, fault):
    with pytest.raises(ValidationError, match=fault):
        IngestOptions(most=given)
