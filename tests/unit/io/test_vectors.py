import numpy as np
import pytest

from diversify.errors import DataError
from diversify.io.vectors import read_array, read_vectors, write_array


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


@pytest.mark.parametrize("array", [np.arange(3), np.zeros(3), np.zeros((2, 3), dtype=np.int32)])
def test_an_array_of_something_else_holds_no_vectors(tmp_path, array):
    write_array(tmp_path / "labels.npy", array)
    with pytest.raises(DataError, match=r"labels\.npy: holds no vectors"):
        read_vectors(tmp_path / "labels.npy")
