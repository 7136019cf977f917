"""Vectors by the hash of their text: a cache across runs, in shards that appear whole.

A shard is an .npz of sorted keys and their vectors, named by the hash of both. So a killed run
keeps all shards it had finished, two runs side by side write no file in common unless it is the
same file, and a lookup reads the keys of all shards but the vectors only of those that it needs.
"""

import contextlib
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from diversify.errors import ConfigError
from diversify.io.vectors import Vectors, cache_folder
from diversify.io.whole import whole
from diversify.records import digest

Keys = NDArray[np.bytes_]
"""(n,); 16 bytes each: the name that `digest` gives a text."""

ABANDONED = 24 * 60 * 60
"""Seconds after which a draft is taken to be left by a killed run."""


@dataclass(frozen=True)
class Found:
    """What the cache knew of the keys it was asked for."""

    vectors: Vectors | None  # (m, d), rows of unknown keys not set; None: no key is known
    known: NDArray[np.bool_]  # (m,)
    damaged: int
    """Shards that could not be read and were removed; their vectors are unknown now."""


def text_keys(texts: list[str]) -> Keys:
    """Name each text by 16 bytes."""
    return np.array([bytes.fromhex(digest(text)) for text in texts], dtype="S16")


class VectorCache:
    """The vectors of one model, kept under a name that changes with whatever changes them."""

    def __init__(self, model: str) -> None:
        """Open the shelf of a model, named by a hash of its weights and how it is used."""
        self.folder = cache_folder() / "vectors" / model

    def find(self, keys: Keys) -> Found:
        """Look up keys, sorted and distinct; where two shards hold a key, the first by name counts.

        Reads all keys of the shelf, 16 bytes each, and holds one shard beside the result.
        """
        known = np.zeros(len(keys), dtype=np.bool_)
        vectors: Vectors | None = None
        damaged = 0
        self._clear_drafts()
        for path in self._shards():
            try:
                places, part = _wanted(path, keys, known)
            except FileNotFoundError:  # removed by a run beside this one
                continue
            except PermissionError:  # not ours to read
                continue
            # one changed byte can lead the readers of zip and npy anywhere
            except Exception:
                damaged += 1
                with contextlib.suppress(OSError):
                    path.unlink()
                continue
            if len(places):
                if vectors is None:
                    vectors = np.empty((len(keys), part.shape[1]), dtype=np.float16)
                vectors[places] = part
                known[places] = True
        return Found(vectors, known, damaged)

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Keep vectors (n, d) under their keys, as a shard.

        Raises:
            ConfigError: the cache's folder cannot be written.
        """
        order = np.argsort(keys)
        keys, vectors = keys[order], np.ascontiguousarray(vectors[order])
        name = hashlib.sha256(keys.tobytes() + vectors.tobytes()).hexdigest()[:32]
        try:
            with whole(self.folder / f"{name}.npz") as draft, draft.open("wb") as stream:
                np.savez(stream, keys=keys, vectors=vectors)
        except OSError as error:
            raise ConfigError(
                f"{self.folder}: cannot keep vectors there ({error.strerror}): set DIVERSIFY_CACHE "
                "to a folder with room"
            ) from error

    def _shards(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("*.npz") if path.name[0] != ".")

    def _clear_drafts(self) -> None:
        """Remove what killed runs had begun to write."""
        for draft in self.folder.glob(".*.npz"):
            with contextlib.suppress(OSError):
                if time.time() - draft.stat().st_mtime > ABANDONED:
                    draft.unlink()


def _wanted(path: Path, keys: Keys, known: NDArray[np.bool_]) -> tuple[NDArray[np.intp], Vectors]:
    """Give the vectors of a shard that are asked for and not known, and their places."""
    with np.load(path, allow_pickle=False) as stored:
        names = stored["keys"]
        if names.dtype != np.dtype("S16") or names.ndim != 1:
            raise ValueError("keys of another kind")
        places = np.minimum(np.searchsorted(keys, names), len(keys) - 1)
        hits = (keys[places] == names) & ~known[places] if len(keys) else np.zeros(0, dtype=bool)
        if not hits.any():
            return np.empty(0, dtype=np.intp), np.empty((0, 0), dtype=np.float16)
        vectors = stored["vectors"]
    if vectors.dtype != np.float16 or vectors.ndim != 2 or len(vectors) != len(names):
        raise ValueError("vectors of another kind")
    return places[hits], vectors[hits]
