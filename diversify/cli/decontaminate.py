"""`diversify decontaminate`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Rows, Summary
from diversify.cli.output import summary_document, tell
from diversify.config.decontaminate import DecontaminateOptions
from diversify.curation.decontaminate import drop_leaks
from diversify.io.tables import read_rows, write_table


def decontaminate(
    rows: Rows,
    /,
    *,
    tests: Annotated[
        Path, Parameter(help="Row table of the test items; its sources name the test sets.")
    ],
    options: Annotated[DecontaminateOptions, Flat] = DecontaminateOptions(),
    out: Out = Path("clean.parquet"),
    dropped: Annotated[
        Path | None, Parameter(help="Where the dropped rows and what they leak are listed.")
    ] = None,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Drop rows that give a test item away.

    A row leaks when it asks what an item asks, or shares a long run of words with it. The tests
    themselves are never touched.

    Example: diversify decontaminate kept.parquet --tests tests.parquet --out clean.parquet
    """
    items = read_rows(tests)
    sets = {str(name): of_set for name, of_set in items.groupby("source")}
    result = drop_leaks(read_rows(rows), sets, options)
    write_table(out, result.kept)
    if dropped:
        write_table(dropped, result.dropped)
    document = summary_document(
        "decontaminate", result.summary(), options, [rows, tests], ["pandas"]
    )
    line = f"{len(result.kept)} rows in {out}; {len(result.dropped)} gave a test item away"
    tell(line, document, summary, as_json)
