"""`diversify ingest`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Files, Flat, Out, Sources, Summary
from diversify.cli.output import say, summary_document, tell
from diversify.cli.schema import describe, strangers
from diversify.config.ingest import IngestOptions
from diversify.config.shards import check_count
from diversify.curation.ingest import IngestSummary, encodable
from diversify.io.documents import Document
from diversify.io.ingest import first_rejects, ingest_files
from diversify.io.places.sources import named_sources


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
    shards: Annotated[
        int, Parameter(help="Lay the rows out for so many shards, which `shard rows` reads.")
    ] = 1,
    schema: Annotated[
        bool, Parameter(negative=(), help="Only say what each file would be read as.")
    ] = False,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Read instruction files of any layout into one row table.

    JSONL, JSON, CSV, TSV and Parquet, plain or as .gz or .zst, laid out as Alpaca, ShareGPT,
    messages, prompt/completion or question/answer; anything else with --columns. FILE may be a
    pattern, an address (s3://, hf://, https://) or a dataset: hf:OWNER/NAME:CONFIG@REVISION#SPLIT.

    Example: diversify ingest code.jsonl --source general=alpaca.json.gz --out rows.parquet
    """
    sources = named_sources(files, source)
    check_count(shards)
    malformed = rejects or out.parent / f"{out.stem}.rejects.jsonl"
    result = ingest_files(sources, None if schema else out, malformed, options, shards)
    document = _document(result, options)
    lines = list(describe(result.files))
    if schema:
        tell("\n".join(map(encodable, lines)), document, summary, as_json)
        return
    for line in [*lines, *first_rejects(malformed), *strangers(result, options)]:
        say(encodable(line))
    tell(_line(result, out, malformed, options.listed_rejects), document, summary, as_json)


def _document(result: IngestSummary, options: IngestOptions) -> Document:
    counts = {
        "rows_in": result.rows,
        "rows_out": result.kept,
        "dropped": result.rejected,
        "left_out": result.left_out,
        "files": [asdict(file) for file in result.files],
    }
    document = summary_document("ingest", counts, options, [], ["pyarrow"])
    return document | {"inputs": {file.file: file.sha256 for file in result.files if file.sha256}}


def _line(result: IngestSummary, out: Path, malformed: Path, listed: int) -> str:
    line = f"{result.kept} of {result.rows} rows in {out}"
    if result.rejected > listed:
        line += f"; {result.rejected} malformed, the first {listed} in {malformed}"
    elif result.rejected:
        line += f"; {result.rejected} malformed, in {malformed}"
    return encodable(line)
