"""Whether a mix gives test items away: the last look before a model is trained on it."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from diversify.config.decontaminate import DecontaminateOptions
from diversify.config.ingest import IngestOptions
from diversify.curation.decontaminate import drop_leaks
from diversify.errors import DataError
from diversify.io.readers import read_records
from diversify.io.tables import read_rows
from diversify.io.verify import Finding
from diversify.records import Record

NAMED = 3
"""Leaking rows that are named; the rest is counted."""


def leaking(mix: Path, tests: Path, options: DecontaminateOptions) -> Finding:
    """Say which rows of a mix give items of a table of tests away.

    Raises:
        DataError: a file cannot be read, or a row of the mix is malformed.
    """
    items = read_rows(tests)
    sets = {str(name): part for name, part in items.groupby("source")}
    dropped = drop_leaks(_rows_of(mix), sets, options).dropped
    if dropped.empty:
        return Finding(mix.name, "same", f"no row gives away one of {items['id'].nunique()} items")
    named = [
        f"line {row.line} ({row.test} {row.item}: {row.reason})" for row in dropped.itertuples()
    ]
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    return Finding(
        mix.name,
        "differs",
        f"{len(named)} rows give test items away: {', '.join(named[:NAMED])}{more}; "
        "decontaminate the rows and draw the mix again",
    )


def _rows_of(mix: Path) -> pd.DataFrame:
    rows = []
    for record in read_records(mix, mix.stem, IngestOptions()):
        if not isinstance(record, Record):
            raise DataError(f"{record}; give the mix as it was written")
        rows.append({"id": record.id, **asdict(record)})
    return pd.DataFrame(rows)
