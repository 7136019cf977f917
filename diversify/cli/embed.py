"""`diversify embed`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Rows, Summary, Threads
from diversify.cli.output import say, summary_document, tell
from diversify.config.embed import EmbedOptions
from diversify.errors import ConfigError
from diversify.hardware import limited_threads, usable_threads
from diversify.io.embed import embed_rows
from diversify.io.tables import read_rows
from diversify.io.vectors import read_space, write_array


def embed(
    rows: Rows,
    /,
    *,
    tests: Annotated[
        Path | None, Parameter(help="Row table of test items to embed in the same space.")
    ] = None,
    options: Annotated[EmbedOptions, Flat] = EmbedOptions(),
    out: Out = Path("embeddings.npy"),
    tests_out: Annotated[Path, Parameter(help="Where the vectors of the tests go.")] = Path(
        "tests.npy"
    ),
    space: Annotated[
        Path | None, Parameter(help="Space that `shard space` fitted, for --backend lsa.")
    ] = None,
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Turn each row into a vector.

    Writes a float16 array whose rows are those of the table.

    Example: diversify embed clean.parquet --backend lsa --out embeddings.npy
    """
    if space and options.backend != "lsa":
        raise ConfigError(f"--space is one of lsa, and this is {options.backend}: leave it out")
    count, fitted = usable_threads(threads), read_space(space) if space else None
    items = read_rows(tests) if tests else None
    with limited_threads(count):
        result = embed_rows(read_rows(rows), items, options, count, fitted)
    write_array(out, result.rows)
    if tests:
        write_array(tests_out, result.tests)
    if result.damaged:
        say(f"embed: {result.damaged} broken files of the cache removed; their texts were embedded")
    counts = {
        "rows_in": len(result.rows),
        "rows_out": len(result.rows),
        "texts": result.texts,
        "dimensions": result.rows.shape[1],
        "weights": result.model,
        "precision": result.dtype,
    }
    inputs = [path for path in (rows, tests, space) if path]
    document = summary_document(
        "embed", counts, options, inputs, ["sentence-transformers", "torch"]
    )
    line = (
        f"{len(result.rows)} rows ({result.texts} distinct texts, {result.computed} new) in {out}"
    )
    tell(line, document, summary, as_json)
