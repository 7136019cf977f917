"""`diversify measure`."""

from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat, Rows, Summary, Threads
from diversify.cli.output import summary_document, tell
from diversify.config.measure import MeasureOptions
from diversify.curation.measure import measure_rows
from diversify.curation.near.rounding import Positions
from diversify.errors import ConfigError
from diversify.hardware import limited_threads, usable_threads
from diversify.io.picked import rows_of_manifest, rows_of_table
from diversify.io.tables import read_rows
from diversify.io.tokens import token_counts
from diversify.io.vectors import read_array
from diversify.report.measure_text import card_text

PACKAGES = ["numpy", "pandas", "scipy"]


def measure(
    rows: Rows,
    /,
    *,
    embeddings: Annotated[Path, Parameter(help="Array that `embed` wrote of ROWS.")],
    labels: Annotated[
        Path | None, Parameter(help="Array that `cluster` wrote of it; adds cluster measures.")
    ] = None,
    manifest: Annotated[
        Path | None, Parameter(help="Manifest of a mix drawn from ROWS: its rows are measured.")
    ] = None,
    picked: Annotated[
        Path | None, Parameter(help="Row table with some of ROWS, measured in place of a mix.")
    ] = None,
    options: Annotated[MeasureOptions, Flat] = MeasureOptions(),
    html: Annotated[
        Path | None, Parameter(help="The report card as a page: one file, without network.")
    ] = None,
    threads: Threads = 0,
    summary: Summary = None,
    as_json: AsJson = False,
) -> None:
    """Measure how diverse rows are, beside random draws.

    Coverage, spread, novelty, words and lengths of a mix (or of any rows of a table), each beside
    random draws of the same size and sources and beside the whole table, and in words which of
    them differ from chance.

    Example: diversify measure clean.parquet --embeddings embeddings.npy --labels labels.npy
    --manifest mix.manifest.json --html card.html
    """
    table = read_rows(rows)
    vectors = read_array(embeddings, len(table)).astype(np.float32)
    clusters = read_array(labels, len(table)).astype(np.int32) if labels else None
    chosen = _chosen(table, manifest, picked)
    name = options.tokenizer
    with limited_threads(usable_threads(threads)):
        tokens = token_counts(table, "tokens", name) if name else None
        result = measure_rows(table, chosen, vectors, clusters, tokens, options)
    inputs = [path for path in (rows, embeddings, labels, manifest, picked) if path]
    document = summary_document("measure", result.summary(), options, inputs, PACKAGES)
    if html:
        from diversify.report.measure_page import write_card

        write_card(html, result, document)
    tell(
        card_text(result) + (f"\n\nreport card in {html}" if html else ""),
        document,
        summary,
        as_json,
    )


def _chosen(table: pd.DataFrame, manifest: Path | None, picked: Path | None) -> Positions:
    """Find the rows to measure: those of a mix, of a table, or all."""
    if manifest and picked:
        raise ConfigError("--manifest and --picked both name the rows to measure: give one")
    if manifest:
        return rows_of_manifest(table, manifest)
    return rows_of_table(table, picked) if picked else np.arange(len(table))
