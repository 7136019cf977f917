import numpy as np
import pytest

from diversify.errors import DataError
from diversify.io.vectors import VectorCache, read_array, write_array


def test_an_array_comes_back_and_its_rows_are_checked(tmp_path):
    path = tmp_path / "rows.npy"
    write_array(path, np.arange(6, dtype=np.float16).reshape(3, 2))
    assert read_array(path, rows=3).tolist() == [[0, 1], [2, 3], [4, 5]]
    with pytest.raises(DataError, match="holds 3 rows, but the row table has 4"):
        read_array(path, rows=4)


@pytest.mark.parametrize("content", [None, b"", b"not an array"])
def test_what_is_no_array_is_named(tmp_path, content):
    path = tmp_path / "rows.npy"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"rows\.npy: not an array"):
        read_array(path)


def test_the_cache_gives_back_what_it_was_given_and_nothing_else():
    cache = VectorCache("model-a")
    cache.add(["k1", "k2"], np.array([[1, 2], [3, 4]], dtype=np.float16))
    cache.add(["k3"], np.array([[5, 6]], dtype=np.float16))
    found = VectorCache("model-a").find(["k3", "k1", "k9"])
    assert {key: vector.tolist() for key, vector in found.items()} == {"k1": [1, 2], "k3": [5, 6]}
    assert not VectorCache("model-b").find(["k1"])
