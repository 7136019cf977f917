"""`embed`: rows become vectors, each text once, with a cache across runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from diversify.config.embed import EmbedOptions
from diversify.curation.lsa import lsa_vectors
from diversify.errors import ConfigError
from diversify.hardware import has_bf16
from diversify.io import minilm
from diversify.io.documents import file_hash
from diversify.io.vectors import VectorCache, Vectors
from diversify.progress import progress
from diversify.quiet import quieten_transformers
from diversify.records import digest, prompt_text

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


def embed_rows(
    rows: pd.DataFrame, tests: pd.DataFrame | None, options: EmbedOptions, threads: int
) -> Embedded:
    """Embed a row table, and a table of tests in the same space: unit rows in table order.

    Raises:
        ConfigError: the model cannot be found or loaded.
    """
    row_texts = texts_of(rows, options)
    test_texts = [] if tests is None else texts_of(tests, options)
    distinct = len({*row_texts, *test_texts})
    if options.backend == "lsa":
        fitted, others = lsa_vectors(row_texts, test_texts, options.dimensions)
        return Embedded(_half(fitted), _half(others), distinct, distinct, "lsa", "float32")
    vectors, computed, model, dtype = _by_model([*row_texts, *test_texts], options, threads)
    cut = len(row_texts)
    return Embedded(vectors[:cut], vectors[cut:], distinct, computed, model, dtype)


def texts_of(rows: pd.DataFrame, options: EmbedOptions) -> list[str]:
    """Give the text of each row that is embedded."""
    if options.field == "instruction":
        return list(rows["instruction"])
    pairs = zip(rows["instruction"], rows["input"], strict=True)
    return [prompt_text(instruction, input) for instruction, input in pairs]


def _by_model(
    texts: list[str], options: EmbedOptions, threads: int
) -> tuple[Vectors, int, str, str]:
    keys = [digest(text) for text in texts]
    distinct = dict(zip(keys, texts, strict=True))
    path, name = _located(options.model)
    dtype = _dtype(options)
    cache = VectorCache(digest(f"{name}\x1f{dtype}"))
    found = cache.find(list(distinct))
    missing = {key: text for key, text in sorted(distinct.items()) if key not in found}
    if missing:
        model = _loaded(path, dtype, threads)
        found.update(_computed(model, missing, cache, options))
    return np.stack([found[key] for key in keys]), len(missing), name, dtype


def _computed(
    model: Any, texts: dict[str, str], cache: VectorCache, options: EmbedOptions
) -> dict[str, Vectors]:
    """Embed texts of like length together, longest first; each shard is kept as it is done."""
    keys = sorted(texts, key=lambda key: -len(texts[key]))  # stable: ties stay in hash order
    found: dict[str, Vectors] = {}
    with progress("embed", len(keys)) as advance:
        for start in range(0, len(keys), SHARD):
            shard = keys[start : start + SHARD]
            vectors = model.encode(
                [texts[key] for key in shard],
                batch_size=options.batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            cache.add(shard, _half(vectors))
            found.update(zip(shard, _half(vectors), strict=True))
            advance(len(shard))
    return found


def _half(vectors: Any) -> Vectors:
    return np.asarray(vectors, dtype=np.float16)


def _dtype(options: EmbedOptions) -> str:
    if options.dtype != "auto":
        return options.dtype
    return "bfloat16" if has_bf16() else "float32"


def _located(model: str) -> tuple[str, str]:
    """Give (what to load, a name that changes with the weights)."""
    short = model.removeprefix("sentence-transformers/")
    path = minilm.minilm_path() if short == minilm.NAME else Path(model)
    if not path.is_dir():
        return model, model
    weights = sorted([*path.rglob("*.safetensors"), *path.rglob("pytorch_model.bin")])
    return str(path), "+".join([path.name, *(file_hash(file)[:16] for file in weights)])


def _loaded(path: str, dtype: str, threads: int) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    quieten_transformers()
    try:
        return SentenceTransformer(path, model_kwargs={"dtype": getattr(torch, dtype)})
    except (OSError, ValueError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise ConfigError(f"cannot load the embedding model '{path}': {first_line}") from error
