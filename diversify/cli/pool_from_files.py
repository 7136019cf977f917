"""Pools made from files in one go: read, without duplicates and leaks, embedded and grouped."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from diversify.cli.output import say
from diversify.cli.pool import Pool, costs_of, scores_if_asked, vectors_hash
from diversify.cli.schema import strangers
from diversify.config.cluster import ClusterOptions
from diversify.config.forecast import MIB
from diversify.config.recipe import Recipe
from diversify.curation.cluster import group_rows
from diversify.curation.decontaminate import drop_leaks
from diversify.curation.dedup import DedupResult, drop_duplicates
from diversify.curation.ingest import IngestSummary
from diversify.curation.mix import check_budget
from diversify.errors import ConfigError
from diversify.hardware import limited_threads
from diversify.io.documents import Document
from diversify.io.embed import embed_rows
from diversify.io.ingest import first_rejects, ingest_files
from diversify.io.meter import memory_free
from diversify.io.readers import Place
from diversify.io.tables import read_rows, table_bytes
from diversify.io.test_sets.benchmarks import load_benchmark, named_benchmarks
from diversify.io.test_sets.item_vectors import Stored, leak_vectors
from diversify.io.whole import whole

IN_MEMORY = 3.0
"""Least memory that the rows of a mix take, by bytes of their table unpacked; 3.6 was measured."""


def pool_from_files(
    sources: Sequence[tuple[str, Place]], rejects: Path, recipe: Recipe, threads: int
) -> Pool:
    """Read files, drop duplicates and leaks; embed and group the rest where the mix needs it.

    A budget that cannot be is found out before anything slow begins.
    """
    with tempfile.TemporaryDirectory() as folder:
        table, malformed = Path(folder) / "rows.parquet", Path(folder) / "rejects.jsonl"
        read = ingest_files(sources, table, malformed, recipe.ingest)
        tell_what_was_read(read, len(sources), malformed, rejects)
        for line in strangers(read, recipe.ingest):
            say(f"  {line}")
        check_memory(table)
        unique = unique_rows(read_rows(table), recipe, threads)
        say(f"dedup: {len(unique.kept)} rows stay, {len(unique.dropped)} duplicates dropped")
        rows, leaks = without_leaks(unique.kept, recipe, threads)
        measured = costs_of(rows, recipe.mix), scores_if_asked(rows, recipe.mix)
        check_budget(rows, recipe.mix, *measured)
        # only now, so that a budget that cannot be leaves nothing behind
        keep_rejects(malformed, rejects)
    steps: dict[str, Document] = {
        "ingest": {
            "rows_in": read.rows,
            "rows_out": read.kept,
            "dropped": read.rejected,
            "left_out": read.left_out,
            "files": [asdict(file) for file in read.files],
        },
        "dedup": unique.summary(),
        **leaks,
    }
    inputs = {file.file: file.sha256 for file in read.files if file.sha256}
    pool = Pool(rows, None, None, inputs, steps, *measured)
    return with_clusters(pool, recipe, threads) if recipe.mix.needs_vectors else pool


def check_memory(table: Path) -> None:
    """See that the rows of a table fit into memory, of which a mix holds all.

    Raises:
        ConfigError: they do not, whatever the mix; a run would be killed in its midst.
    """
    needed, free = int(IN_MEMORY * table_bytes(table)), memory_free()
    if needed > free:
        raise ConfigError(
            f"the rows take at least {needed // MIB} MiB of memory, and {free // MIB} are free: "
            "take fewer, such as --most SOURCE=ROWS, or a larger machine; --dry-run says what each "
            "step takes"
        )


def unique_rows(rows: pd.DataFrame, recipe: Recipe, threads: int) -> DedupResult:
    """Drop duplicates; semantic ones are looked for among the rows that differ in words."""
    if recipe.dedup.method != "semantic":
        return drop_duplicates(rows, recipe.dedup)
    with limited_threads(threads):
        embedded = embed_rows(rows, None, recipe.embed, threads)
    return drop_duplicates(rows, recipe.dedup, embeddings=embedded.rows)


def without_leaks(
    rows: pd.DataFrame, recipe: Recipe, threads: int
) -> tuple[pd.DataFrame, dict[str, Document]]:
    """Drop the rows that give away an item of the recipe's benchmarks, if it names any."""
    words = [f"{name}={path}" if path else name for name, path in recipe.benchmarks.items()]
    read = [load_benchmark(name, path) for name, path in named_benchmarks(words).items()]
    if not read:
        return rows, {}
    tests, vectors = {one.name: one.items for one in read}, None
    if recipe.decontaminate.similarity is not None:
        with limited_threads(threads):
            vectors = leak_vectors(rows, None, tests, Stored(None, None), recipe.embed, threads)
    clean = drop_leaks(rows, tests, recipe.decontaminate, vectors)
    say(f"decontaminate: {len(clean.dropped)} rows gave a test item away")
    told = {"benchmarks": [one.summary() for one in read], **clean.summary()}
    return clean.kept, {"decontaminate": told}


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


def with_clusters(pool: Pool, recipe: Recipe, threads: int) -> Pool:
    """Embed and group the rows of a pool."""
    with limited_threads(threads):
        embedded = embed_rows(pool.rows, None, recipe.embed, threads)
    say(f"embed: {embedded.texts} distinct texts, {embedded.computed} not in the cache")
    if embedded.damaged:
        say(f"embed: {embedded.damaged} damaged shards of the cache were set aside and made again")
    grouping = ClusterOptions(**recipe.cluster.model_dump(), seed=recipe.mix.seed)
    grouped = group_rows(embedded.rows, grouping, threads)
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
    return replace(
        pool, embeddings=embedded.rows, labels=grouped.labels, steps={**pool.steps, **steps}
    )
