"""`diversify shard`, the steps after the vectors: what is fitted, picked and measured on."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import Flat, Out, Rows
from diversify.cli.shard import Tables
from diversify.config.embed import EmbedOptions
from diversify.config.mix import MixOptions

Arrays = Annotated[
    list[Path],
    Parameter(negative=(), consume_multiple=True, help="An array for each table, in their order."),
]


def gather(
    tables: Tables,
    /,
    *,
    embeddings: Arrays = [],
    labels: Arrays = [],
    most: Annotated[int, Parameter(help="About how many rows are drawn, by content hash.")] = (
        200_000
    ),
    manifest: Annotated[
        Path | None, Parameter(help="Manifest of a mix, whose rows are taken too.")
    ] = None,
    out: Out = Path("gathered.parquet"),
    embeddings_out: Annotated[Path, Parameter(help="Where the vectors of these rows go.")] = Path(
        "gathered.npy"
    ),
    labels_out: Annotated[Path, Parameter(help="Where their clusters go.")] = Path(
        "gathered-labels.npy"
    ),
) -> None:
    """Gather a sample of all shards, the same rows however many shards there are.

    Example: diversify shard gather */rows.parquet --embeddings */rows.npy --most 200000
    """
    from diversify.io.shard_gather import gather as gather_rows
    from diversify.io.tables import write_table
    from diversify.io.vectors import write_array

    wanted = [(paths, to) for paths, to in ((embeddings, embeddings_out), (labels, labels_out))]
    wanted = [one for one in wanted if one[0]]
    found = gather_rows(tables, [paths for paths, _ in wanted], most, manifest)
    write_table(out, found.rows)
    for array, (_, to) in zip(found.arrays, wanted, strict=True):
        write_array(to, array)
    print(f"{len(found.rows)} of {found.of} rows in {out}")


def space(
    table: Rows,
    /,
    *,
    options: Annotated[EmbedOptions, Flat] = EmbedOptions(),
    out: Out = Path("space.npz"),
) -> None:
    """Fit the space of lsa on a sample, so that each shard is embedded in the same.

    Example: diversify shard space sample.parquet --backend lsa --out space.npz
    """
    from diversify.curation.grouping.texts import row_texts
    from diversify.curation.lsa import fitted
    from diversify.io.tables import read_rows
    from diversify.io.vectors import write_space

    texts = row_texts(read_rows(table), options.field)
    found = fitted(texts, options.dimensions)
    write_space(out, found)
    print(f"{len(found.axes)} axes of {len(found.words)} words, from {len(texts)} rows, in {out}")


def candidates(
    table: Rows,
    /,
    *,
    embeddings: Annotated[Path, Parameter(help="Array that `embed` wrote of ROWS.")],
    labels: Annotated[Path, Parameter(help="Array that `cluster` wrote of it.")],
    options: Annotated[MixOptions, Flat] = MixOptions(),
    out: Out = Path("candidates.parquet"),
    embeddings_out: Annotated[Path, Parameter(help="Where their vectors go.")] = Path(
        "candidates.npy"
    ),
    labels_out: Annotated[Path, Parameter(help="Where their clusters go.")] = Path(
        "candidates-labels.npy"
    ),
    population: Annotated[Path, Parameter(help="Where it goes what the shard has in all.")] = Path(
        "population.parquet"
    ),
) -> None:
    """Rank the rows of one shard, as far as a mix of the whole budget might take them.

    Example: diversify shard candidates rows.parquet --embeddings rows.npy --labels labels.npy
    --budget 20000 --strategy k-center
    """
    from diversify.cli.stored_pool import stored_pool
    from diversify.curation.sharing.candidates import candidates as best_of
    from diversify.io.tables import write_table
    from diversify.io.vectors import write_array

    pool = stored_pool([table], [embeddings], [labels], [], options)
    assert pool.embeddings is not None and pool.labels is not None, "both were given"
    known = pool.embeddings, pool.labels
    at, there = best_of(pool.rows, *known, options, pool.costs, pool.scores)
    write_table(out, pool.rows.iloc[at])
    write_array(embeddings_out, pool.embeddings[at])
    write_array(labels_out, pool.labels[at])
    write_table(population, there)
    print(f"{len(at)} of {len(pool.rows)} rows in {out}")
