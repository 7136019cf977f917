"""Arrays on disk between the stages, and where caches lie."""

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray

from diversify.curation.lsa import Lsa
from diversify.errors import DataError
from diversify.io.seals import check_array, damaged, seal_array
from diversify.io.whole import whole

Vectors = NDArray[np.float16]
"""(n, d); unit rows. Half precision keeps more than the selectors look at."""


def write_array(path: Path, array: NDArray[np.generic]) -> None:
    """Write an array as sealed .npy; the file appears only when it is whole."""
    with whole(path) as draft:
        with draft.open("wb") as stream:
            np.save(stream, array, allow_pickle=False)
        seal_array(draft)


def read_array(path: Path, rows: int | None = None) -> NDArray[np.generic]:
    """Map an array into memory, after a pass over it to check its seal.

    Raises:
        DataError: the file is missing, is no array, holds another number of rows, or a byte of it
            has changed since it was written.
    """
    try:
        sealed = check_array(path)
        array: NDArray[np.generic] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise DataError(f"{path}: not an array of diversify ({error})") from error
    # what a foreign array holds is all it holds: this one had a seal
    if not sealed and isinstance(array, np.memmap) and _end(array) != path.stat().st_size:
        raise DataError(damaged(path))
    if rows is not None and len(array) != rows:
        raise DataError(
            f"{path}: holds {len(array)} rows, but the row table has {rows}: run the step again"
        )
    return array


def _end(array: np.memmap[Any, Any]) -> int:
    return array.offset + array.nbytes


def read_vectors(path: Path, rows: int | None = None) -> NDArray[np.floating]:
    """Map an array of vectors into memory.

    Raises:
        DataError: as `read_array`, or the array is no table of numbers with a point.
    """
    array = read_array(path, rows)
    if array.ndim != 2 or not np.issubdtype(array.dtype, np.floating):
        raise DataError(
            f"{path}: holds no vectors, which are rows of decimals: give what embed wrote"
        )
    return array  # type: ignore[return-value]


def write_space(path: Path, space: Lsa) -> None:
    """Keep what lsa was fitted to; the file appears only when it is whole."""
    with whole(path) as draft, draft.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **space.arrays())


def read_space(path: Path) -> Lsa:
    """Read what lsa was fitted to.

    Raises:
        DataError: the file is missing or is no such space.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return Lsa(**{name: stored[name] for name in ("words", "rarity", "axes")})
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: not a space of lsa ({error}): fit it again") from error


def cache_folder() -> Path:
    """Where caches lie: DIVERSIFY_CACHE, or the user's cache folder."""
    return Path(os.environ.get("DIVERSIFY_CACHE") or platformdirs.user_cache_dir("diversify"))
