"""`diversify ingest`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Files, Flat, Out, Sources, Summary
from diversify.cli.output import say, summary_document, tell
from diversify.config.ingest import IngestOptions
from diversify.io.ingest import first_rejects, ingest_files
from diversify.io.sources import named_sources


def ingest(
    files: Files = [],
    /,
    *,
    source: Sources = [],
    options: Annotated[IngestOptions, Flat] = IngestOptions(),
    out: Out = Path("rows.parquet"),
    rejects: Annotated[
        Path | None, Parameter(help="Where malformed rows go, with their reasons.")
    ] = None,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Read instruction files of any layout into one row table.

    JSONL, JSON, CSV, TSV and Parquet, plain or as .gz or .zst, laid out as Alpaca, ShareGPT,
    messages, prompt/completion or question/answer; anything else with --columns.

    Example: diversify ingest code.jsonl --source general=alpaca.json.gz --out rows.parquet
    """
    sources = named_sources(files, source)
    malformed = rejects or out.with_suffix(".rejects.jsonl")
    result = ingest_files(sources, out, malformed, options)
    for name in first_rejects(malformed):
        say(name)
    counts = {
        "rows_in": result.rows,
        "rows_out": result.kept,
        "dropped": result.rejected,
        "files": [asdict(file) for file in result.files],
    }
    paths = [path for _, path in sources]
    document = summary_document("ingest", counts, options, paths, ["pyarrow"])
    line = f"{result.kept} of {result.rows} rows in {out}"
    line += f"; {result.rejected} malformed, in {malformed}" if result.rejected else ""
    tell(line, document, summary, as_json)
