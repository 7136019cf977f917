"""`diversify shard`: the steps by which an experiment in shards comes together."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Rows, Summary
from diversify.cli.output import summary_document, tell
from diversify.config.dedup import DedupOptions
from diversify.config.shards import shard_named
from diversify.errors import DataError

Tables = Annotated[
    list[Path], Parameter(name="ROWS", negative=(), help="Row tables, one for each shard.")
]
Keys = Annotated[
    list[Path],
    Parameter(negative=(), consume_multiple=True, help="What `shard keys` wrote of each table."),
]


def rows(
    files: Annotated[
        list[Path], Parameter(name="FILE", negative=(), help="What `ingest --shards` wrote.")
    ],
    /,
    *,
    shard: Annotated[str, Parameter(help="Whose rows are taken, such as 003-of-016.")],
    out: Out = Path("rows.parquet"),
) -> None:
    """Take the rows of one shard from all ingested tables.

    Example: diversify shard rows part-*.parquet --shard 003-of-016 --out rows.parquet
    """
    from diversify.curation.order import content_order
    from diversify.io.shards import read_shard_of_all
    from diversify.io.tables import write_table

    taken = read_shard_of_all(files, shard_named(shard))
    if not len(taken):
        raise DataError(f"shard {shard} holds no row: take fewer shards")
    write_table(out, taken.iloc[content_order(taken)])
    print(f"{len(taken)} rows in {out}")


def keys(
    table: Rows, /, *, options: Annotated[DedupOptions, Flat] = DedupOptions(),
    out: Out = Path("keys.npy"),
) -> None:  # fmt: skip
    """Give each row the keys that rows of other shards are compared by.

    Example: diversify shard keys rows.parquet --method minhash --out keys.npy
    """
    from diversify.curation.duplicates.suspects import suspect_keys
    from diversify.io.tables import read_rows
    from diversify.io.vectors import write_array

    found = suspect_keys(read_rows(table), options)
    write_array(out, found)
    print(f"{found.shape[1]} keys for each of {len(found)} rows in {out}")


def twins(
    tables: Tables,
    /,
    *,
    keys: Keys,
    options: Annotated[DedupOptions, Flat] = DedupOptions(),
    out: Out = Path("twins.parquet"),
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Find the duplicates among all shards; `dedup --twins` then drops those of its own.

    The same rows go, for the same twins, as if all shards were one table.

    Example: diversify shard twins */rows.parquet --keys */keys.npy --out twins.parquet
    """
    from diversify.curation.duplicates.twins import counted
    from diversify.io.shard_twins import find_twins
    from diversify.io.shards import write_for_shards

    dropped, count = find_twins(tables, keys, options)
    write_for_shards(out, dropped, len(tables))
    document = summary_document(
        "dedup", counted(count, dropped), options, [], ["numpy", "pandas", "scipy"]
    )
    tell(f"{len(dropped)} duplicates among {count} rows in {out}", document, summary, as_json)


def summary(
    summaries: Annotated[
        list[Path], Parameter(name="SUMMARY", negative=(), help="Summaries of one stage's shards.")
    ],
    /,
    *,
    out: Out = Path("shards.json"),
) -> None:
    """Add up what a stage did in each shard.

    Example: diversify shard summary ingest/*.json --out ingest/shards.json
    """
    from diversify.io.documents import read_document, write_document
    from diversify.io.shard_summary import added_up

    write_document(out, added_up([read_document(path) for path in summaries]))
    print(f"{len(summaries)} summaries added up in {out}")
