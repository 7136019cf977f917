"""Columns of text from arrays of ASCII letters, without copying them."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray


def text_column(letters: NDArray[np.uint8]) -> pd.Series:
    """Wrap texts of one length as a column: (n, length) -> n rows that share its memory."""
    count, length = letters.shape
    ends = np.arange(count + 1, dtype=np.int64) * length
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(letters))]
    return _column(pa.Array.from_buffers(pa.large_string(), count, buffers))


def word_column(words: list[str], which: NDArray[np.int64]) -> pd.Series:
    """Make a column of words by their numbers: (n,) -> n rows."""
    return _column(pa.array(words, pa.large_string()).take(pa.array(which)))


def _column(array: pa.Array) -> pd.Series:
    return pd.Series(pd.array(array, dtype="str"), copy=False)
