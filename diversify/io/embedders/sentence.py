"""sentence-transformers: one process, several on the CPU, one GPU or all of them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from diversify.config.embed import EmbedOptions
from diversify.errors import ConfigError
from diversify.hardware import has_bf16
from diversify.io.models import Located, load_error, load_faults
from diversify.io.vectors import Vectors
from diversify.quiet import quieten_transformers

Encode = Callable[[list[str]], Vectors]
"""Texts in, unit rows out.  # (n,) -> (n, d)"""


def precision(options: EmbedOptions) -> str:
    """Give the precision that the model runs in."""
    if options.dtype != "auto":
        return options.dtype
    return "bfloat16" if has_bf16() else "float32"


@contextmanager
def sentence_encoder(found: Located, options: EmbedOptions, threads: int) -> Iterator[Encode]:
    """Load a model and lend it out; its processes end with the block.

    Several processes make other batches than one does, so that vectors can differ from one
    process's in the last bits.

    Raises:
        ConfigError: it cannot be loaded, or has fewer dimensions than are to be kept.
    """
    model = load_model(found, options, precision(options), threads)
    settings: dict[str, Any] = {
        "batch_size": options.batch_size,
        "normalize_embeddings": True,
        "show_progress_bar": False,
    }
    with _pool(model, options, threads) as pool:
        if pool:
            # whole batches, and a few turns for each process, so that none waits long at the end
            settings |= {"pool": pool, "chunk_size": 4 * options.batch_size}

        def encode(texts: list[str]) -> Vectors:
            return np.asarray(model.encode(texts, **settings), dtype=np.float16)

        yield encode


def load_model(found: Located, options: EmbedOptions, dtype: str, threads: int) -> Any:
    """Load a model of sentence-transformers; its own code runs only if the options name it."""
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    quieten_transformers()
    try:
        model = SentenceTransformer(
            str(found.path),
            model_kwargs={"dtype": getattr(torch, dtype), "use_safetensors": True},
            truncate_dim=options.truncate or None,
            trust_remote_code=bool(options.trust_remote_code),
        )
    except load_faults() as error:
        raise load_error(options.model, error) from error
    with model.truncate_embeddings(None):
        width = model.get_embedding_dimension()
    if width is not None and options.truncate > width:
        raise ConfigError(f"truncate {options.truncate}: {options.model} has {width} dimensions")
    return model


def devices(processes: int) -> list[str]:
    """Give a device for each process: all GPUs if there are several, or the CPU so many times.

    Empty where one process in this one does: on one GPU, or on the CPU with one process.
    """
    import torch

    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if gpus:
        return [f"cuda:{gpu}" for gpu in range(gpus)] if gpus > 1 else []
    return ["cpu"] * processes if processes > 1 else []


@contextmanager
def _pool(model: Any, options: EmbedOptions, threads: int) -> Iterator[Any]:
    """Start processes that share the texts, where there are to be several."""
    where = devices(options.processes)
    if not where:
        yield None
        return
    # workers are ended by a signal, and the watcher of semaphores would complain of theirs
    quiet = ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), "ignore:resource_tracker"]))
    each = str(max(1, threads // len(where)))
    with _environment(OMP_NUM_THREADS=each, PYTHONWARNINGS=quiet):
        pool = model.start_multi_process_pool(where)
    try:
        yield pool
    finally:
        model.stop_multi_process_pool(pool)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """Set variables for the processes that are started in the block."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
