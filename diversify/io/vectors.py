"""Embedding vectors on disk: the arrays between stages, and a cache across runs."""

import os
import uuid
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from diversify.errors import DataError
from diversify.io.whole import whole

Vectors = NDArray[np.float16]
"""(n, d); unit rows. Half precision keeps more than the selectors look at."""


def write_array(path: Path, array: NDArray[np.generic]) -> None:
    """Write an array as .npy; the file appears only when it is whole."""
    with whole(path) as draft, draft.open("wb") as stream:
        np.save(stream, array, allow_pickle=False)


def read_array(path: Path, rows: int | None = None) -> NDArray[np.generic]:
    """Map an array into memory.

    Raises:
        DataError: the file is missing, is no array, or holds another number of rows.
    """
    try:
        array: NDArray[np.generic] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, EOFError, ValueError) as error:
        raise DataError(f"{path}: not an array of diversify ({error})") from error
    if rows is not None and len(array) != rows:
        raise DataError(
            f"{path}: holds {len(array)} rows, but the row table has {rows}: run the step again"
        )
    return array


def cache_folder() -> Path:
    """Where caches lie: DIVERSIFY_CACHE, or the user's cache folder."""
    return Path(os.environ.get("DIVERSIFY_CACHE") or platformdirs.user_cache_dir("diversify"))


class VectorCache:
    """Vectors by the hash of their text, for one model; a killed run keeps what it had done."""

    def __init__(self, model: str) -> None:
        """Open the shelf of a model, named by a hash of its weights and precision."""
        self.folder = cache_folder() / "embeddings" / model

    def find(self, keys: list[str]) -> dict[str, Vectors]:
        """Give the vectors that are there, by key."""
        wanted, found = set(keys), {}
        for shard in sorted(self.folder.glob("*.npz")):
            with np.load(shard, allow_pickle=False) as stored:
                places = [
                    (i, key) for i, key in enumerate(stored["keys"].tolist()) if key in wanted
                ]
                if places:
                    vectors = stored["vectors"]
                    found.update({key: vectors[i] for i, key in places})
        return found

    def add(self, keys: list[str], vectors: Vectors) -> None:
        """Keep vectors (n, d) under their keys, as a shard; runs side by side do not clash."""
        with whole(self.folder / f"{uuid.uuid4().hex}.npz") as draft, draft.open("wb") as stream:
            np.savez(stream, keys=np.array(keys), vectors=vectors)
