"""Static vectors: the mean of a text's word vectors, by model2vec; fast, and no order of words."""

import contextlib
import importlib.util
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from diversify.config.embed import EmbedOptions
from diversify.errors import ConfigError
from diversify.io.embedders.distil import distil
from diversify.io.embedders.sentence import Encode, load_model
from diversify.io.models import Located, load_error, load_faults
from diversify.io.vectors import Vectors, cache_folder
from diversify.records import digest

MANY = 1024
"""Texts that model2vec looks up at once; each text's vector is worked out by itself."""


@contextmanager
def static_encoder(found: Located, options: EmbedOptions, threads: int) -> Iterator[Encode]:
    """Load a static model and lend it out; another kind of model is distilled, once.

    Raises:
        ConfigError: it cannot be loaded, or has fewer dimensions than are to be kept.
    """
    if importlib.util.find_spec("model2vec") is None:
        raise ConfigError(
            "backend static needs model2vec: install the extra 'static' of this project, or take "
            "another backend"
        )
    os.environ.setdefault("RAYON_NUM_THREADS", str(threads))  # the tokenizer's threads
    model = _loaded(
        found.path if is_static(found) else _distilled(found, options, threads), options
    )

    def encode(texts: list[str]) -> Vectors:
        vectors = model.encode(texts, normalize=True, batch_size=MANY, use_multiprocessing=False)
        return np.asarray(vectors, dtype=np.float16)

    yield encode


def is_static(found: Located) -> bool:
    """Say whether a folder holds a model of model2vec."""
    modules = found.path / "modules.json"
    if not modules.is_file():
        return False
    listed = json.loads(modules.read_text(encoding="utf-8"))
    return bool(listed) and str(listed[0].get("type", "")).endswith("StaticEmbedding")


def _loaded(folder: Path, options: EmbedOptions) -> Any:
    from model2vec import StaticModel

    try:
        model = StaticModel.from_pretrained(folder)
    except load_faults() as error:
        raise load_error(options.model, error) from error
    if options.truncate > model.dim:
        raise ConfigError(
            f"truncate {options.truncate}: the static {options.model} has {model.dim} dimensions"
        )
    if options.truncate:
        model.embedding = model.embedding[:, : options.truncate]
    return model


def _distilled(found: Located, options: EmbedOptions, threads: int) -> Path:
    """Give the static model distilled from another, out of the cache or made now."""
    shelf = cache_folder() / "static"
    folder = shelf / digest(f"{found.key}\x1f{options.dimensions}")
    if folder.is_dir():
        return folder
    whole_model = load_model(found, options.model_copy(update={"truncate": 0}), "float32", threads)
    model = distil(whole_model, options.dimensions)
    shelf.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=shelf) as place:
        draft = Path(place) / "model"
        model.save_pretrained(draft, model_name=options.model)
        # a run beside this one may have been faster; its model does as well
        with contextlib.suppress(OSError):
            draft.rename(folder)
    return folder
