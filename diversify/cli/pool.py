"""The rows that a mix is drawn from: made from files in one go, or taken from the stages before."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.cli.output import say
from diversify.cli.schema import strangers
from diversify.config.cluster import ClusterOptions
from diversify.config.forecast import MIB
from diversify.config.mix import MixOptions
from diversify.config.recipe import Recipe
from diversify.curation.cluster import group_rows
from diversify.curation.decontaminate import drop_leaks
from diversify.curation.dedup import DedupResult, drop_duplicates
from diversify.curation.ingest import IngestSummary
from diversify.curation.mix import MixResult, check_budget, draw_mix
from diversify.curation.order import content_order
from diversify.curation.ranking import Embeddings, Scores
from diversify.curation.scores import scores_of
from diversify.curation.sharing.parts import Costs
from diversify.curation.sharing.population import Population, joined
from diversify.errors import ConfigError, DataError
from diversify.hardware import limited_threads
from diversify.io.documents import Document, file_hash
from diversify.io.embed import embed_rows
from diversify.io.ingest import first_rejects, ingest_files
from diversify.io.meter import memory_free
from diversify.io.readers import Place
from diversify.io.tables import read_rows, read_table, table_bytes
from diversify.io.test_sets.benchmarks import load_benchmark, named_benchmarks
from diversify.io.test_sets.item_vectors import Stored, leak_vectors
from diversify.io.tokens import token_counts
from diversify.io.vectors import read_array, read_vectors
from diversify.io.whole import whole

IN_MEMORY = 3.0
"""Least memory that the rows of a mix take, by bytes of their table unpacked; 3.6 was measured."""


@dataclass(frozen=True)
class Pool:
    """Rows without duplicates, with a vector and a cluster each where the mix needs them."""

    rows: pd.DataFrame
    embeddings: Embeddings | None
    labels: NDArray[np.int32] | None
    inputs: dict[str, str]
    """Files that were read, each with its SHA-256."""
    steps: dict[str, Document]
    """What each step did."""
    costs: Costs | None = None
    """Tokens of each row, where the budget counts them."""
    scores: Scores | None = None
    """Score of each row, where a column is named."""
    population: Population | None = None
    """What there is in all, where the rows are the best of each shard."""

    def draw(self, options: MixOptions) -> MixResult:
        """Draw a mix."""
        known = self.embeddings, self.labels
        return draw_mix(self.rows, *known, options, self.costs, self.scores, self.population)


def costs_of(rows: pd.DataFrame, options: MixOptions) -> Costs | None:
    """Count the tokens of each row, where the budget counts them."""
    if options.unit == "rows":
        return None
    return token_counts(rows, options.unit, options.tokenizer)


def scores_if_asked(rows: pd.DataFrame, options: MixOptions) -> Scores | None:
    """Read the score of each row, where a column is named."""
    return scores_of(rows, options.score_column) if options.score_column else None


def stored_pool(
    rows: Sequence[Path],
    embeddings: Sequence[Path],
    labels: Sequence[Path],
    population: Sequence[Path],
    options: MixOptions,
) -> Pool:
    """Take a pool as the stages before left it: one table with its arrays, or one of each shard."""
    tables = [read_rows(path) for path in rows]
    vectors = _stacked(embeddings, [read_vectors(*one) for one in _sized(embeddings, tables)])
    clusters = _stacked(labels, [read_array(*one) for one in _sized(labels, tables)])
    table = pd.concat(tables, ignore_index=True)
    named = {"rows": rows, "embeddings": embeddings, "labels": labels, "population": population}
    steps: dict[str, Document] = {
        "stored": {name: [str(path) for path in paths] for name, paths in named.items() if paths}
    }
    if vectors is not None:
        steps["embed"] = {"sha256": vectors_hash(table, vectors)}
    return Pool(
        table,
        vectors,
        None if clusters is None else clusters.astype(np.int32),
        {str(path): file_hash(path) for paths in named.values() for path in paths},
        steps,
        costs_of(table, options),
        scores_if_asked(table, options),
        joined([read_table(path) for path in population]) if population else None,
    )


def _sized(paths: Sequence[Path], tables: list[pd.DataFrame]) -> Iterator[tuple[Path, int]]:
    """Pair each array with the rows of its table."""
    if paths and len(paths) != len(tables):
        raise ConfigError(f"{len(paths)} arrays for {len(tables)} row tables: give one for each")
    return zip(paths, map(len, tables), strict=False)


def _stacked(paths: Sequence[Path], arrays: list[NDArray[Any]]) -> NDArray[Any] | None:
    """Lay arrays under each other; a lone one stays mapped."""
    if len({array.shape[1:] for array in arrays}) > 1:
        raise DataError(f"{paths[0]} and the others differ in their dimensions: embed all anew")
    if len(arrays) > 1:
        return np.concatenate(arrays)
    return arrays[0] if arrays else None


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


def vectors_hash(rows: pd.DataFrame, vectors: NDArray[np.floating]) -> str:
    """Name the stored vectors (in half precision) whatever the order of the rows."""
    in_order = np.ascontiguousarray(vectors[content_order(rows)].astype(np.float16))
    return hashlib.sha256(in_order.tobytes()).hexdigest()
