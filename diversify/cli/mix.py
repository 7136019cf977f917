"""`diversify mix`: exactly the budget, out of files or out of the stages before."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.configured import configured_sources
from diversify.cli.flags import AsJson, Files, Flat, Labels, Sources, Summary, Threads
from diversify.cli.output import cell_of, summary_document, tell
from diversify.cli.pool import (
    Pool,
    pool_from_files,
    stored_pool,
    with_clusters,
)
from diversify.config.base import Options, RowFormat
from diversify.config.cluster import ClusterSearch
from diversify.config.embed import EmbedOptions
from diversify.config.ingest import IngestOptions
from diversify.config.mix import MixOptions
from diversify.curation.mix import MixResult, draw_mix
from diversify.errors import ConfigError
from diversify.hardware import usable_threads
from diversify.io.documents import Document, file_hash
from diversify.io.manifest import manifest_path, write_manifest
from diversify.io.sources import named_sources
from diversify.io.whole import whole
from diversify.io.writers import check_output, write_examples

PACKAGES = ["numpy", "pandas", "scikit-learn", "sentence-transformers", "torch"]


def mix(
    files: Files = [],
    /,
    *,
    options: Annotated[MixOptions, Flat] = MixOptions(),
    source: Sources = [],
    reading: Annotated[IngestOptions, Flat] = IngestOptions(),
    embedding: Annotated[EmbedOptions, Flat] = EmbedOptions(),
    grouping: Annotated[ClusterSearch, Flat] = ClusterSearch(),
    embeddings: Annotated[
        Path | None, Parameter(help="Array that `embed` wrote of the one FILE, a row table.")
    ] = None,
    labels: Annotated[Path | None, Parameter(help="Array that `cluster` wrote of it.")] = None,
    out: Annotated[
        Path, Parameter(help="The mix; its ending chooses JSONL, JSON, CSV, TSV or Parquet.")
    ] = Path("mix.jsonl"),
    format: Annotated[
        RowFormat, Parameter(help="Layout of the rows that are written.")
    ] = "messages",
    config: Annotated[
        Path, Parameter(help="Whose sources are taken when no FILE is given.")
    ] = Path("config.yaml"),
    label: Labels = [],
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Draw a mix of exactly the budget.

    Reads, drops duplicates, embeds, clusters, picks and writes. The file is in a seeded random
    order, ready to train on; the manifest beside it says of each row where it came from, its
    cluster and when it was picked. A strategy that needs no vectors (random) computes none.

    Example: diversify mix code.jsonl general.json.gz --budget 20000 --core code --core-share 0.9
    """
    check_output(out, format)
    cell = cell_of(label)
    if embeddings or labels:
        pool = _stored(files, embeddings, labels)
    else:
        sources = named_sources(files, source) if files or source else configured_sources(config)
        if out.resolve() in [path.resolve() for _, path in sources]:
            raise ConfigError(f"{out} is one of the files to read: name another --out")
        pool = pool_from_files(
            sources, out.with_name(f"{_stem(out)}.rejects.jsonl"), options, reading
        )
        if options.strategy != "random":
            pool = with_clusters(pool, embedding, grouping, options.seed, usable_threads(threads))
    result = draw_mix(pool.rows, pool.embeddings, pool.labels, options)
    document = _written(out, format, result, pool, [options, reading, embedding, grouping], cell)
    tell(
        f"{options.budget} rows in {out}; manifest {manifest_path(out)}", document, summary, as_json
    )


def _stored(files: list[Path], embeddings: Path | None, labels: Path | None) -> Pool:
    if len(files) != 1:
        raise ConfigError(
            "--embeddings and --labels belong to one FILE, the row table they were made of"
        )
    return stored_pool(files[0], embeddings, labels)


def _written(
    out: Path,
    format: RowFormat,
    result: MixResult,
    pool: Pool,
    options: list[Options],
    cell: dict[str, int | float],
) -> Document:
    """Write the mix and its manifest, and give the summary."""
    rows = result.shuffled
    # both or neither: never one mix beside the manifest of another
    with whole(out) as mix_draft, whole(manifest_path(out)) as manifest_draft:
        write_examples(mix_draft, rows, format)
        hashed = file_hash(mix_draft)
        counts = {
            "cell": cell,
            **result.summary(),
            "steps": pool.steps,
            "file": {"name": out.name, "sha256": hashed, "rows": len(rows), "format": format},
        }
        document = summary_document("mix", counts, options, pool.inputs, PACKAGES)
        write_manifest(manifest_draft, document, rows)
    return document


def _stem(out: Path) -> str:
    return manifest_path(out).name.removesuffix(".manifest.json")
