"""Rows to train on, from a row table or from any file that `mix` writes or `ingest` reads."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from diversify.config.ingest import IngestOptions
from diversify.curation.reading.fields import one_line
from diversify.errors import DataError
from diversify.io.formats.streams import ending
from diversify.io.readers import read_records
from diversify.io.tables import read_table
from diversify.records import Record

NEEDED = ("instruction", "input", "response")


def read_training_rows(path: Path) -> pd.DataFrame:
    """Read rows as a table with at least instruction, input and response.

    Raises:
        DataError: the file cannot be read, or a row of it is malformed.
    """
    if ending(path) == ".parquet" and path.is_file() and _is_table(path):
        return read_table(path)
    records = list(read_records(path, path.stem, IngestOptions()))
    wrong = next((record for record in records if not isinstance(record, Record)), None)
    if wrong is not None:
        raise DataError(f"{wrong}; train on rows that `diversify ingest` kept")
    columns = ("instruction", "input", "response", "system", "more")
    return pd.DataFrame({name: [getattr(record, name) for record in records] for name in columns})


def _is_table(path: Path) -> bool:
    try:
        return set(NEEDED) <= set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a Parquet file ({one_line(str(error), 200)})") from error
