import errno
import os
import shutil
from types import SimpleNamespace

import pytest

from diversify.errors import DataError
from diversify.io.whole import whole


def test_a_file_appears_with_all_that_was_written(tmp_path):
    path = tmp_path / "deep" / "file.txt"
    with whole(path) as draft:
        draft.write_text("all of it")
        assert not path.exists()
    assert path.read_text() == "all of it"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("before")
    with pytest.raises(RuntimeError), whole(path) as draft:
        draft.write_text("half")
        raise RuntimeError
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_replaces_a_folder(tmp_path):
    path = tmp_path / "model"
    for name in ("old", "new"):
        with whole(path) as draft:
            draft.mkdir()
            (draft / name).touch()
    assert [file.name for file in path.iterdir()] == ["new"]


def test_a_half_written_folder_is_removed(tmp_path):
    with pytest.raises(RuntimeError), whole(tmp_path / "model") as draft:
        draft.mkdir()
        (draft / "half").touch()
        raise RuntimeError
    assert not list(tmp_path.iterdir())


def test_the_draft_keeps_the_ending(tmp_path):
    with whole(tmp_path / "rows.jsonl.gz") as draft:
        draft.touch()
        assert draft.name.endswith(".jsonl.gz")


NO_SPACE = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
IN_WORDS = RuntimeError("I/O error: No space left on device (os error 28)")
SHORT = OSError("12800 requested and 4096 written")


@pytest.mark.parametrize("error", [NO_SPACE, IN_WORDS, SHORT], ids=["errno", "words", "numpy"])
def test_a_full_disk_is_one_line_whichever_library_met_it(tmp_path, monkeypatch, error):
    path = tmp_path / "rows.npy"
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=0))
    with pytest.raises(DataError) as caught, whole(path) as draft:
        draft.write_bytes(b"half")
        raise error
    line = f"{path}: no space left on the disk: make room and run the same command again"
    assert str(caught.value) == line
    assert not list(tmp_path.iterdir())


def test_an_error_that_only_looks_like_it_is_left_alone(tmp_path):
    with pytest.raises(OSError, match="requested"), whole(tmp_path / "rows.npy"):
        raise SHORT
    with pytest.raises(ValueError, match="a bug"), whole(tmp_path / "rows.npy"):
        raise ValueError("a bug")


def test_full_scratch_space_is_named_where_that_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.gettempdir", lambda: "/scratch-of-mine/..")
    full = {"/": 0}
    monkeypatch.setattr(
        shutil, "disk_usage", lambda folder: SimpleNamespace(free=full.get(str(folder), 1 << 40))
    )
    with (
        pytest.raises(DataError, match="^/scratch-of-mine/[.][.]: no space left"),
        whole(tmp_path / "rows.parquet"),
    ):
        raise NO_SPACE
