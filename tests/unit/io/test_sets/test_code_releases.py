"""Released files of code benchmarks; a local file stands for the server."""

import gzip
import hashlib
import json

import pytest

from diversify.errors import DataError
from diversify.io.test_sets import code_releases
from diversify.io.test_sets.code_problems import read_code_problems
from diversify.io.test_sets.code_releases import RELEASES, Release, released

TASK = {
    "task_id": "HumanEval/0", "prompt": "", "entry_point": "f", "canonical_solution": "",
    "base_input": [],
}  # fmt: skip


def test_the_release_is_fetched_once_and_another_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("DIVERSIFY_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "v9" / "Tasks.jsonl.gz"
    source.parent.mkdir()
    source.write_bytes(gzip.compress(json.dumps(TASK).encode()))
    pinned = Release(f"file://{source}", hashlib.sha256(source.read_bytes()).hexdigest())
    monkeypatch.setitem(code_releases.RELEASES, "humaneval", pinned)
    read = read_code_problems("humaneval")
    assert (read.origin, len(read.problems)) == (pinned.url, 1)
    source.write_bytes(b"")
    assert released(pinned).name == "v9-Tasks.jsonl.gz"
    with pytest.raises(DataError, match="expected 0000"):
        released(pinned._replace(sha256="0" * 64))


def test_a_release_that_cannot_be_reached_is_a_fault_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("DIVERSIFY_CACHE", str(tmp_path / "cache"))
    with pytest.raises(DataError, match="no such file.*; give its file: --benchmark NAME=FILE$"):
        released(Release(f"file://{tmp_path}/v1/none.jsonl.gz", ""))
    assert list((tmp_path / "cache").rglob("*.gz")) == []


def test_the_releases_are_pinned_by_version_and_hash():
    for release in RELEASES.values():
        assert "/releases/download/v" in release.url
        assert len(release.sha256) == 64
