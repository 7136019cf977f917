"""`diversify dedup`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Out, Rows, Summary
from diversify.cli.output import summary_document, tell
from diversify.config.dedup import DedupOptions
from diversify.curation.dedup import drop_duplicates
from diversify.io.tables import read_rows, write_table


def dedup(
    rows: Rows,
    /,
    *,
    options: Annotated[DedupOptions, Flat] = DedupOptions(),
    out: Out = Path("kept.parquet"),
    dropped: Annotated[
        Path | None, Parameter(help="Where the dropped rows and their twins are listed.")
    ] = None,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Keep one row of each group that asks the same.

    The first by content hash stays; answers play no part.

    Example: diversify dedup rows.parquet --out kept.parquet --dropped dropped.parquet
    """
    result = drop_duplicates(read_rows(rows), options)
    write_table(out, result.kept)
    if dropped:
        write_table(dropped, result.dropped)
    document = summary_document("dedup", result.summary(), options, [rows], ["pandas"])
    line = f"{len(result.kept)} rows in {out}; {len(result.dropped)} duplicates dropped"
    tell(line, document, summary, as_json)
