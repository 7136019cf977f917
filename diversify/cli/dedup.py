"""`diversify dedup`."""

from pathlib import Path
from typing import Annotated, cast

import numpy as np
import pandas as pd
from cyclopts import Parameter
from numpy.typing import NDArray

from diversify.cli.flags import AsJson, Flat, Out, Rows, Summary, Threads
from diversify.cli.output import summary_document, tell
from diversify.config.dedup import DedupOptions
from diversify.config.shards import shard_named
from diversify.curation.dedup import drop_duplicates, drop_known
from diversify.curation.duplicates.twins import settled
from diversify.errors import ConfigError, DataError
from diversify.hardware import limited_threads, usable_threads
from diversify.io.shards import read_shard
from diversify.io.tables import read_rows, write_table
from diversify.io.vectors import read_array


def dedup(
    rows: Rows,
    /,
    *,
    options: Annotated[DedupOptions, Flat] = DedupOptions(),
    embeddings: Annotated[
        Path | None, Parameter(help="Array that `embed` wrote of ROWS, for --method semantic.")
    ] = None,
    against: Annotated[
        Path | None,
        Parameter(help="Row table whose rows are known: drop those of ROWS that repeat one."),
    ] = None,
    against_embeddings: Annotated[
        Path | None, Parameter(help="Array that `embed` wrote of the known rows.")
    ] = None,
    twins: Annotated[
        Path | None, Parameter(help="What `shard twins` found; of ROWS, a shard, these go.")
    ] = None,
    shard: Annotated[str, Parameter(help="Which shard ROWS are, such as 003-of-016.")] = "",
    out: Out = Path("kept.parquet"),
    dropped: Annotated[
        Path | None, Parameter(help="Where the dropped rows and their twins are listed.")
    ] = None,
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Keep one row of each group that asks the same.

    By default rows are the same when their questions are, and the first by content hash stays;
    answers play no part. --method minhash compares the words as well, --method semantic the
    vectors. A row goes only for one that stays and that it is itself like; the list of dropped
    rows names it. With --against, ROWS are compared with known rows instead of with each other.

    Example: diversify dedup rows.parquet --out kept.parquet --dropped dropped.parquet

    Example: diversify dedup rows.parquet --method minhash --threshold 0.8 --keep longest

    Example: diversify dedup new.parquet --against old.parquet --out unseen.parquet
    """
    if bool(twins) != bool(shard):
        raise ConfigError("--twins are told by shard: give --shard too, and neither alone")
    _check_paths(options, embeddings, against, against_embeddings, [out, dropped])
    table = read_rows(rows)
    vectors = _vectors(embeddings, table)
    with limited_threads(usable_threads(threads)):
        if twins:
            result = settled(table, read_shard(twins, shard_named(shard)))
        elif against is None:
            result = drop_duplicates(table, options, embeddings=vectors)
        else:
            known = read_rows(against)
            known_vectors = _vectors(against_embeddings, known)
            result = drop_known(
                table, known, options, embeddings=vectors, reference_embeddings=known_vectors
            )
    write_table(out, result.kept)
    if dropped:
        write_table(dropped, result.dropped)
    inputs = [path for path in (rows, embeddings, against, against_embeddings, twins) if path]
    document = summary_document(
        "dedup", result.summary(), options, inputs, ["numpy", "pandas", "scipy"]
    )
    what = f"that repeat one of {against} dropped" if against else "duplicates dropped"
    line = f"{len(result.kept)} rows in {out}; {len(result.dropped)} {what}"
    tell(line, document, summary, as_json)


def _check_paths(
    options: DedupOptions,
    embeddings: Path | None,
    against: Path | None,
    against_embeddings: Path | None,
    written: list[Path | None],
) -> None:
    """Find what is missing, or given in vain, before anything is read."""
    wanted = {"--embeddings": (embeddings, "ROWS")}
    if against:
        wanted["--against-embeddings"] = (against_embeddings, str(against))
        if against.resolve() in [path.resolve() for path in written if path]:
            raise ConfigError(f"{against} is known and never changed: name another file to write")
    elif against_embeddings:
        raise ConfigError("--against-embeddings is of the rows that --against names: give both")
    for flag, (path, of) in wanted.items():
        if options.method == "semantic" and path is None:
            raise ConfigError(
                f"--method semantic needs vectors: run `diversify embed {of} --out vectors.npy` "
                f"and give {flag} vectors.npy"
            )
        if options.method != "semantic" and path is not None:
            raise ConfigError(f"{flag} is for --method semantic, and this is {options.method}")


def _vectors(path: Path | None, rows: pd.DataFrame) -> NDArray[np.floating] | None:
    """Read a vector of each row, if there is a file of them."""
    if path is None:
        return None
    array = read_array(path, len(rows))
    if array.ndim != 2 or not np.issubdtype(array.dtype, np.floating):
        raise DataError(f"{path}: holds no vectors: give an array that `diversify embed` wrote")
    return cast("NDArray[np.floating]", array)
