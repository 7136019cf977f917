"""The rows that a mix is drawn from: made from files in one go, or taken from the stages before."""

import hashlib
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from diversify.config.cluster import ClusterOptions, ClusterSearch
from diversify.config.dedup import DedupOptions
from diversify.config.embed import EmbedOptions
from diversify.config.experiment import DataExperiment
from diversify.config.ingest import IngestOptions
from diversify.config.mix import MixOptions
from diversify.config.settings import merged, settings_from
from diversify.curation.cluster import group_rows
from diversify.curation.dedup import drop_duplicates
from diversify.curation.order import content_order
from diversify.errors import ConfigError
from diversify.hardware import limited_threads
from diversify.io.corpus import corpus_file, write_editing_corpus
from diversify.io.documents import Document
from diversify.io.embed import embed_rows
from diversify.io.ingest import ingest_files
from diversify.io.sources import named_sources
from diversify.io.tables import read_rows
from diversify.io.vectors import cache_folder, read_array
from diversify.records import digest
from diversify.synth.editing import OPERATIONS


@dataclass(frozen=True)
class Pool:
    """Rows without duplicates, with a vector and a cluster each where the strategy needs them."""

    rows: pd.DataFrame
    embeddings: NDArray[np.float32] | None
    labels: NDArray[np.int32] | None
    inputs: list[Path]
    """Files that were read; the manifest holds their hashes."""
    steps: dict[str, Document]
    """What each step did."""


def stored_pool(rows: Path, embeddings: Path | None, labels: Path | None) -> Pool:
    """Take a pool as `dedup`, `embed` and `cluster` left it."""
    table = read_rows(rows)
    vectors = read_array(embeddings, len(table)).astype(np.float32) if embeddings else None
    clusters = read_array(labels, len(table)).astype(np.int32) if labels else None
    inputs = [path for path in (rows, embeddings, labels) if path]
    return Pool(table, vectors, clusters, inputs, {})


def pool_from_files(
    sources: list[tuple[str, Path]],
    rejects: Path,
    options: MixOptions,
    reading: IngestOptions,
) -> Pool:
    """Read files and drop duplicates; too few rows are found out before anything slow begins."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rows.parquet"
        read = ingest_files(sources, table, rejects, reading)
        rows = read_rows(table)
    malformed = f"; {read.rejected} malformed, listed in {rejects}" if read.rejected else ""
    say(f"ingest: {read.kept} of {read.rows} rows from {len(sources)} files{malformed}")
    for file in read.files:
        say(f"  {file.source}: {file.kept} rows of {file.file} ({file.format}, {file.layout})")
    unique = drop_duplicates(rows, DedupOptions())
    say(f"dedup: {len(unique.kept)} rows stay, {len(unique.dropped)} duplicates dropped")
    steps = {
        "ingest": {
            "rows_in": read.rows,
            "rows_out": read.kept,
            "dropped": read.rejected,
            "files": [asdict(file) for file in read.files],
        },
        "dedup": unique.summary(),
    }
    return Pool(unique.kept, None, None, [path for _, path in sources], steps)


def with_clusters(
    pool: Pool, embedding: EmbedOptions, grouping: ClusterSearch, seed: int, threads: int
) -> Pool:
    """Embed and group the rows of a pool."""
    with limited_threads(threads):
        embedded = embed_rows(pool.rows, None, embedding, threads)
    vectors = embedded.rows.astype(np.float32)
    say(f"embed: {embedded.texts} distinct texts, {embedded.computed} not in the cache")
    grouped = group_rows(vectors, ClusterOptions(**grouping.model_dump(), seed=seed), threads)
    say(f"cluster: {len(grouped.sizes)} clusters")
    steps = {
        "embed": {
            "texts": embedded.texts,
            "weights": embedded.model,
            "precision": embedded.dtype,
            "sha256": vectors_hash(pool.rows, embedded.rows),
        },
        "cluster": grouped.summary(),
    }
    return Pool(pool.rows, vectors, grouped.labels, pool.inputs, {**pool.steps, **steps})


def vectors_hash(rows: pd.DataFrame, vectors: NDArray[np.float16]) -> str:
    """Name the stored vectors whatever the order of the rows."""
    in_order = np.ascontiguousarray(vectors[content_order(rows)])
    return hashlib.sha256(in_order.tobytes()).hexdigest()


def configured_sources(config: Path) -> list[tuple[str, Path]]:
    """Give the sources of a config's first data experiment; synth makes its own.

    Raises:
        ConfigError: there is no such config, or it runs no data experiment.
    """
    if not config.exists():
        raise ConfigError(
            f"no FILE is given and there is no {config} here: name files, such as "
            "`diversify mix rows.jsonl --budget 1000`, or run this in a checkout"
        )
    settings = settings_from(read_config([config]))
    for name in settings.run:
        experiment = settings.experiments[name]
        if isinstance(experiment, DataExperiment):
            return _sources_of(experiment)
    raise ConfigError(f"{config}: runs no experiment of the data track: name FILEs")


def read_config(paths: Iterable[Path]) -> dict[str, object]:
    """Read config files, each laid over those before it."""
    whole: dict[str, object] = {}
    for path in paths:
        try:
            own = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
        if not isinstance(own, dict):
            raise ConfigError(f"{path}: expected keys and values")
        whole = merged(whole, own)
    return whole


def say(line: str) -> None:
    """Tell a person what was done; stdout stays free for the result."""
    print(line, file=sys.stderr, flush=True)


def _sources_of(experiment: DataExperiment) -> list[tuple[str, Path]]:
    if experiment.sources:
        return named_sources(
            [], [f"{n}={f}" for n, files in experiment.sources.items() for f in files]
        )
    folder = cache_folder() / "synth" / digest(experiment.synth.model_dump_json())
    write_editing_corpus(folder, experiment.synth)
    return [(name, corpus_file(folder, name)) for name in OPERATIONS]
