import os
import re
from pathlib import Path

import pytest

from diversify.config.ingest import IngestOptions
from diversify.errors import ConfigError, DataError
from diversify.io.places.sources import named_sources
from diversify.io.readers import read_records


@pytest.fixture
def folder(tmp_path):
    for name in ("b.jsonl.gz", "a.jsonl.gz", ".a.draft.jsonl.gz", "[odd].json"):
        (tmp_path / name).touch()
    return tmp_path


def test_a_plain_file_is_named_by_its_stem():
    assert named_sources([Path("data/alpaca_5000.json.gz")], []) == [
        ("alpaca_5000", Path("data/alpaca_5000.json.gz"))
    ]


def test_a_pattern_gives_its_files_in_order_and_no_hidden_ones(folder):
    assert named_sources([], [f"code={folder}/*.jsonl.gz"]) == [
        ("code", folder / "a.jsonl.gz"),
        ("code", folder / "b.jsonl.gz"),
    ]


def test_a_source_may_have_several_files_and_a_name_may_hold_brackets(folder):
    pairs = named_sources([], [f"x={folder}/b.jsonl.gz", f"x={folder}/[odd].json"])
    assert pairs == [("x", folder / "b.jsonl.gz"), ("x", folder / "[odd].json")]


@pytest.mark.parametrize("source", ["code", "=a.jsonl", "code=", ""])
def test_a_source_without_name_or_file_is_an_error(source):
    with pytest.raises(ConfigError, match="expected NAME=FILE"):
        named_sources([], [source])


@pytest.mark.parametrize("file", ["chat=a.jsonl", "chat=*.jsonl", "chat=gone.jsonl"])
def test_a_name_before_a_plain_file_is_told_where_it_belongs(folder, file):
    with pytest.raises(
        ConfigError,
        match=re.escape(f"no such file; if 'chat' is to be its source: --source {file}"),
    ):
        named_sources([file], [])


def test_folders_and_files_with_a_sign_of_equality_are_read(folder, monkeypatch):
    monkeypatch.chdir(folder)
    (folder / "lang=en").mkdir()
    (folder / "lang=en" / "part=1.jsonl").touch()
    (folder / "part=2.jsonl").touch()
    found = named_sources(["lang=*/part=1.jsonl", "part=*"], [])
    assert [name for name, _ in found] == ["part=1", "part=2"]


def test_a_pattern_without_files_is_an_error(folder):
    with pytest.raises(DataError, match=r"none\*: no such file \(source 'code'\)"):
        named_sources([], [f"code={folder}/none*"])


def test_two_files_never_share_a_source_by_chance(folder):
    with pytest.raises(ConfigError, match="another file is named source 'train' too"):
        named_sources([Path("a/train.jsonl"), Path("b/train.csv")], [])
    with pytest.raises(ConfigError, match="another file is named source 'a' too"):
        named_sources([Path("a.json")], [f"a={folder}/a.jsonl.gz"])


def test_a_pattern_may_stand_for_plain_files_each_named_by_its_stem(folder):
    assert named_sources([f"{folder}/*.jsonl.gz"], []) == [
        ("a", folder / "a.jsonl.gz"),
        ("b", folder / "b.jsonl.gz"),
    ]
    with pytest.raises(DataError, match=r"\*\.csv: no such file$"):
        named_sources([f"{folder}/*.csv"], [])


def test_a_pattern_reaches_into_folders_but_follows_no_links_to_them(folder):
    deep = folder / "deep" / "er"
    deep.mkdir(parents=True)
    (deep / "c.jsonl").touch()
    for name in ("one", "two"):  # loops that double the paths at every step
        (deep / name).symlink_to(folder)
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "d.jsonl").touch()
    assert named_sources([], [f"x={folder}/**/*.jsonl"]) == [("x", deep / "c.jsonl")]


def test_a_pattern_never_passes_over_a_link_that_leads_nowhere(folder):
    (folder / "c.jsonl.gz").symlink_to("none")
    assert named_sources([], [f"x={folder}/c*"]) == [("x", folder / "c.jsonl.gz")]


def test_patterns_are_relative_to_where_one_is(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert named_sources(["a*.gz"], []) == [("a", Path("a.jsonl.gz"))]
    monkeypatch.setenv("HOME", str(folder))
    assert named_sources(["~/b*.gz"], []) == [("b", folder / "b.jsonl.gz")]


def test_a_file_is_a_file_whatever_it_is_called(folder, monkeypatch):
    monkeypatch.chdir(folder)
    Path("hf:me").mkdir()
    Path("hf:me/rows.jsonl").touch()
    assert named_sources(["hf:me/rows.jsonl"], []) == [("rows", Path("hf:me/rows.jsonl"))]
    [(name, dataset)] = named_sources(["hf:me/sums#train"], [])
    assert (name, str(dataset)) == ("sums", "hf:me/sums#train")


def test_a_name_in_other_bytes_than_utf8_is_spelled_out(folder):
    path = folder / os.fsdecode(b"caf\xe9.jsonl")
    [(name, place)] = named_sources([path], [])
    assert (name, place) == ("caf\\udce9", path)


def test_names_that_no_file_can_have_are_left_to_whoever_reads_them(folder):
    for name in ("~no-such-user/a.jsonl", "x" * 5000, "nul\0"):
        assert named_sources([], [f"x={name}"]) == [("x", Path(name))]
        with pytest.raises(DataError):
            list(read_records(Path(name), "x", IngestOptions()))
    # from Python 3.13 on `**a` is a pattern, of a name that nothing has
    with pytest.raises((ConfigError, DataError), match="not a pattern|no such file"):
        named_sources([], [f"x={folder}/**a"])
