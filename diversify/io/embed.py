"""`embed`: rows become vectors, each text once, with a cache across runs."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.config.embed import EmbedOptions
from diversify.curation.grouping.texts import row_texts
from diversify.curation.lsa import Lsa, fitted
from diversify.errors import ConfigError, DataError
from diversify.io.embedders.sentence import Encode, precision, sentence_encoder
from diversify.io.embedders.static import static_encoder
from diversify.io.models import located
from diversify.io.vector_cache import Keys, VectorCache, text_keys
from diversify.io.vectors import Vectors
from diversify.progress import progress
from diversify.records import digest

SHARD = 4096
"""Texts between two savings of the cache."""


@dataclass(frozen=True)
class Embedded:
    """Vectors of the rows and of the tests, and how they came about."""

    rows: Vectors
    tests: Vectors
    texts: int
    """Distinct texts among both."""
    computed: int
    """Texts that were not in the cache."""
    model: str
    dtype: str
    damaged: int = 0
    """Files of the cache that were broken, and were removed."""


@dataclass(frozen=True)
class _Texts:
    """The distinct texts, by their keys."""

    keys: Keys  # (m,), sorted
    texts: list[str]  # of the same
    which: NDArray[np.intp]  # (n,): which of them each text that was given is


def embed_rows(
    rows: pd.DataFrame,
    tests: pd.DataFrame | None,
    options: EmbedOptions,
    threads: int,
    space: Lsa | None = None,
) -> Embedded:
    """Embed a row table, and a table of tests in the same space: unit rows in table order.

    Backend lsa fits its space on the rows, unless it is given one. Holds the texts, and twice n d
    float16; a shard of the cache at a time beside them.

    Raises:
        ConfigError: the model cannot be found or loaded, or has too few dimensions.
        DataError: there are no rows.
    """
    of_rows = row_texts(rows, options.field)
    of_tests = [] if tests is None else row_texts(tests, options.field)
    if not of_rows:
        raise DataError("no rows to embed: the steps before dropped them all")
    if options.backend == "lsa":
        space = space or fitted(of_rows, options.dimensions)
        return _by_lsa(of_rows, of_tests, space, options)
    texts = _distinct([*of_rows, *of_tests])
    embed = _by_static if options.backend == "static" else _by_sentence_model
    vectors, computed, model, dtype, damaged = embed(texts, options, threads)
    count, cut = len(texts.keys), len(of_rows)
    vectors = vectors[texts.which]
    return Embedded(vectors[:cut], vectors[cut:], count, computed, model, dtype, damaged)


def _by_lsa(texts: list[str], others: list[str], space: Lsa, options: EmbedOptions) -> Embedded:
    made = space.vectors(texts), space.vectors(others)
    distinct = len({*texts, *others})
    rows, tests = (_truncated(part, options.truncate) for part in made)
    return Embedded(rows, tests, distinct, distinct, "lsa", "float32")


def _truncated(vectors: NDArray[np.float32], dimensions: int) -> Vectors:
    """Keep the first dimensions and scale rows to length 1 again; 0 keeps all as they are."""
    if dimensions > vectors.shape[1]:
        raise ConfigError(f"truncate {dimensions}: lsa gave {vectors.shape[1]} dimensions")
    if dimensions:
        head = vectors[:, :dimensions].astype(np.float64)
        lengths = np.sqrt(np.square(head).sum(axis=1, keepdims=True))
        return (head / np.where(lengths, lengths, 1)).astype(np.float16)
    return vectors.astype(np.float16)


def _distinct(texts: list[str]) -> _Texts:
    keys, firsts, which = np.unique(text_keys(texts), return_index=True, return_inverse=True)
    return _Texts(keys, [texts[first] for first in firsts], which)


Made = tuple[Vectors, int, str, str, int]
"""Vectors of the distinct texts, how many were computed, weights, precision, damaged files."""


def _by_static(texts: _Texts, options: EmbedOptions, threads: int) -> Made:
    """Embed all texts: they are looked up faster than a cache would be read."""
    found = located(options.model)
    everything = np.arange(len(texts.keys))
    with static_encoder(found, options, threads) as encode:
        vectors = _computed(texts, everything, None, encode, None)
    return vectors, len(everything), f"static {found.name}", "float32", 0


def _by_sentence_model(texts: _Texts, options: EmbedOptions, threads: int) -> Made:
    """Take from the cache what is there, and embed the rest."""
    found = located(options.model)
    dtype = precision(options)
    cache = VectorCache(digest(f"{found.key}\x1f{dtype}\x1f{options.truncate}"))
    cached = cache.find(texts.keys)
    missing = np.flatnonzero(~cached.known)
    vectors = cached.vectors
    if len(missing):
        encoder: AbstractContextManager[Encode] = sentence_encoder(found, options, threads)
        with encoder as encode:
            vectors = _computed(texts, missing, vectors, encode, cache)
    assert vectors is not None, "every text is known or was computed"
    return vectors, len(missing), found.name, dtype, cached.damaged


def _computed(
    texts: _Texts,
    missing: NDArray[np.intp],
    vectors: Vectors | None,
    encode: Encode,
    cache: VectorCache | None,
) -> Vectors:
    """Embed texts of like length together, longest first; each shard is kept as it is done."""
    lengths = np.array([len(texts.texts[at]) for at in missing])
    missing = missing[np.argsort(-lengths, kind="stable")]  # ties stay in the order of the keys
    with progress("embed", len(missing)) as advance:
        for start in range(0, len(missing), SHARD):
            shard = missing[start : start + SHARD]
            made = encode([texts.texts[at] for at in shard])
            if cache:
                cache.add(texts.keys[shard], made)
            if vectors is None:
                vectors = np.empty((len(texts.keys), made.shape[1]), dtype=np.float16)
            vectors[shard] = made
            advance(len(shard))
    assert vectors is not None, "there is at least one text"
    return vectors
