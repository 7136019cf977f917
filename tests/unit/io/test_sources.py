from pathlib import Path

import pytest

from diversify.errors import ConfigError, DataError
from diversify.io.sources import named_sources


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


def test_a_pattern_without_files_is_an_error(folder):
    with pytest.raises(DataError, match=r"none\*: no such file \(source 'code'\)"):
        named_sources([], [f"code={folder}/none*"])


def test_two_files_never_share_a_source_by_chance(folder):
    with pytest.raises(ConfigError, match="another file is named source 'train' too"):
        named_sources([Path("a/train.jsonl"), Path("b/train.csv")], [])
    with pytest.raises(ConfigError, match="another file is named source 'a' too"):
        named_sources([Path("a.json")], [f"a={folder}/a.jsonl.gz"])
