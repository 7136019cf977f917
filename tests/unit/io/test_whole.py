import pytest

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
