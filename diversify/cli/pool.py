"""The rows that a mix is drawn from: made from files in one go, or taken from the stages before."""

import hashlib
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.cli.output import say
from diversify.config.cluster import ClusterOptions, ClusterSearch
from diversify.config.dedup import DedupOptions
from diversify.config.embed import EmbedOptions
from diversify.config.ingest import IngestOptions
from diversify.config.mix import MixOptions
from diversify.curation.cluster import group_rows
from diversify.curation.dedup import drop_duplicates
from diversify.curation.ingest import IngestSummary
from diversify.curation.mix import check_budget
from diversify.curation.order import content_order
from diversify.hardware import limited_threads
from diversify.io.documents import Document
from diversify.io.embed import embed_rows
from diversify.io.ingest import first_rejects, ingest_files
from diversify.io.tables import read_rows
from diversify.io.vectors import read_array
from diversify.io.whole import whole


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
        table, malformed = Path(folder) / "rows.parquet", Path(folder) / "rejects.jsonl"
        read = ingest_files(sources, table, malformed, reading)
        unique = drop_duplicates(read_rows(table), DedupOptions())
        tell_what_was_read(read, len(sources), malformed, rejects)
        say(f"dedup: {len(unique.kept)} rows stay, {len(unique.dropped)} duplicates dropped")
        check_budget(unique.kept, options)
        # only now, so that a budget that cannot be leaves nothing behind
        keep_rejects(malformed, rejects)
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


def tell_what_was_read(read: IngestSummary, files: int, malformed: Path, rejects: Path) -> None:
    """Say how many rows came of which file, and how its layout was understood."""
    say(f"ingest: {read.kept} of {read.rows} rows from {files} file{'s' * (files > 1)}")
    for file in read.files:
        say(f"  {file.source}: {file.kept} rows of {file.file} ({file.format}, {file.layout})")
    if read.rejected:
        say(f"  {read.rejected} malformed, all in {rejects}; the first:")
        for name in first_rejects(malformed):
            say(f"    {name}")


def keep_rejects(malformed: Path, rejects: Path) -> None:
    """Put the malformed rows beside the mix; without any, remove those of an earlier run."""
    if not malformed.exists():
        rejects.unlink(missing_ok=True)
        return
    with whole(rejects) as draft:
        shutil.copyfile(malformed, draft)


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
