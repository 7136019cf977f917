import multiprocessing
import os
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.errors import ConfigError
from diversify.io.vector_cache import VectorCache, text_keys


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DIVERSIFY_CACHE", str(tmp_path))


def keys(*names: str) -> np.ndarray:
    return np.sort(text_keys(list(names)))


def rows_of(wanted: np.ndarray) -> np.ndarray:
    """A vector that tells its key."""
    return np.array([[key[0], key[1]] for key in wanted], dtype=np.float16)


def files(cache: VectorCache) -> list[str]:
    return sorted(path.name for path in cache.folder.iterdir())


@given(
    kept=st.lists(st.sets(st.text(max_size=3), min_size=1, max_size=9), max_size=4),
    asked=st.sets(st.text(max_size=3), min_size=1, max_size=9),
)
def test_the_cache_gives_back_what_it_was_given_and_nothing_else(kept, asked):
    cache = VectorCache(f"model {time.perf_counter_ns()}")
    for names in kept:
        cache.add(text_keys(list(names)), rows_of(text_keys(list(names))))
    found = cache.find(keys(*asked))
    known = np.isin(keys(*asked), text_keys([name for names in kept for name in names]))
    assert found.known.tolist() == known.tolist()
    if found.vectors is not None:
        assert (found.vectors[known] == rows_of(keys(*asked))[known]).all()
    assert (found.vectors is None) == (not known.any())


def test_models_have_shelves_of_their_own():
    VectorCache("a").add(keys("x"), rows_of(keys("x")))
    assert not VectorCache("b").find(keys("x")).known.any()


def test_the_same_texts_kept_twice_are_one_file():
    cache = VectorCache("a")
    names = text_keys(["p", "q", "r"])
    cache.add(names, rows_of(names))
    cache.add(names[::-1], rows_of(names)[::-1])
    assert len(files(cache)) == 1


def test_runs_side_by_side_keep_all_they_did():
    jobs = [multiprocessing.get_context("fork").Process(target=_add, args=(i,)) for i in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert [job.exitcode for job in jobs] == [0] * 4
    everything = keys(*(f"text {i}" for i in range(70)))
    found = VectorCache("a").find(everything)
    assert found.known.all()
    assert (found.vectors == rows_of(everything)).all()


def _add(job: int) -> None:
    for start in range(10 * job, 10 * job + 40, 10):
        names = text_keys([f"text {i}" for i in range(start, start + 10)])
        VectorCache("a").add(names, rows_of(names))


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "other keys", "other vectors"])
def test_a_broken_file_is_removed_and_the_rest_is_found(harm):
    cache = VectorCache("a")
    cache.add(keys("lost", "gone"), rows_of(keys("lost", "gone")))
    (path,) = cache.folder.iterdir()
    cache.add(keys("kept"), rows_of(keys("kept")))
    content = bytearray(path.read_bytes())
    if harm == "cut":
        path.write_bytes(content[:-20])
    elif harm == "flip":
        content[content.index(rows_of(keys("lost", "gone")).tobytes())] ^= 1
        path.write_bytes(content)
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "other keys":
        np.savez(path, keys=np.array(["lost", "gone"]), vectors=rows_of(keys("lost", "gone")))
    else:
        np.savez(path, keys=keys("lost", "gone"), vectors=rows_of(keys("lost")))
    wanted = keys("kept", "lost")
    found = cache.find(wanted)
    assert found.damaged == 1
    assert found.known.tolist() == (wanted == text_keys(["kept"])[0]).tolist()
    assert not path.exists()
    assert cache.find(wanted).damaged == 0


def test_drafts_of_killed_runs_are_passed_over_and_old_ones_removed():
    cache = VectorCache("a")
    cache.add(keys("x"), rows_of(keys("x")))
    young, old = cache.folder / ".1.npz", cache.folder / ".2.npz"
    for draft in (young, old):
        draft.write_bytes(b"half a fi")
    os.utime(old, (0, 0))
    found = cache.find(keys("x"))
    assert (found.known.all(), found.damaged) == (True, 0)
    assert young.exists()
    assert not old.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "vectors").write_text("a file where the folder should be")
    with pytest.raises(ConfigError, match="set DIVERSIFY_CACHE"):
        VectorCache("a").add(keys("x"), rows_of(keys("x")))


@settings(max_examples=1000, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_changed_bit_of_a_file_never_gives_a_wrong_vector(place, bit):
    cache = VectorCache(f"model {time.perf_counter_ns()}")
    names = keys("p", "q", "r")
    cache.add(names, rows_of(names))
    (path,) = cache.folder.iterdir()
    content = bytearray(path.read_bytes())
    content[min(len(content) - 1, int(place * len(content)))] ^= 1 << bit
    path.write_bytes(content)
    found = cache.find(names)
    if found.vectors is not None:
        assert (found.vectors[found.known] == rows_of(names)[found.known]).all()
    assert found.known.all() or found.damaged == 1
    assert path.exists() == (found.damaged == 0)
