"""Rows to train on, from a row table or from any file that `mix` writes or `ingest` reads."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from diversify.config.ingest import IngestOptions
from diversify.curation.reading.fields import one_line
from diversify.errors import DataError
from diversify.io.documents import file_hash
from diversify.io.formats.streams import ending
from diversify.io.manifest import manifest_path, read_manifest
from diversify.io.readers import read_records
from diversify.io.tables import read_table
from diversify.records import Record

NEEDED = ("instruction", "input", "response")
MAY_LACK = ("input", "system", "more")
"""Texts that need not be there; a null is as good as an empty one."""
READ = (*NEEDED, "system", "more", "file", "line")
"""Fields of a record that training, or the line that names a row at fault, has a use for."""


def read_training_rows(path: Path) -> pd.DataFrame:
    """Read rows as a table with at least instruction, input and response.

    Raises:
        DataError: the file cannot be read, a row of it is malformed, or it is a mix whose bytes are
            not those that the manifest beside it tells of.
    """
    _check_mix(path)
    if ending(path) == ".parquet" and path.is_file() and _is_table(path):
        return _with_texts(read_table(path), path)
    records = list(read_records(path, path.stem, IngestOptions()))
    wrong = next((record for record in records if not isinstance(record, Record)), None)
    if wrong is not None:
        raise DataError(f"{wrong}; train on rows that `diversify ingest` kept")
    return pd.DataFrame({name: [getattr(record, name) for record in records] for name in READ})


def _check_mix(path: Path) -> None:
    """Check a mix against its manifest, where that lies beside it."""
    manifest = manifest_path(path)
    if not (path.is_file() and manifest.is_file()):
        return
    noted = read_manifest(manifest)["file"]
    if noted["name"] == path.name and noted["sha256"] != file_hash(path):
        raise DataError(
            f"{path}: not the bytes that its manifest tells of: `diversify verify {manifest}` says "
            "what changed; draw the mix again, or remove the manifest to train on it as it is"
        )


def _with_texts(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Fill in what may be lacking; say which row lacks what may not."""
    empty = {name: "" for name in MAY_LACK if name in table and table[name].isna().any()}
    filled = table.fillna(empty) if empty else table
    for name in NEEDED:
        lacking = filled[name].isna().to_numpy()
        if lacking.any():
            raise DataError(f"{path}: row {lacking.argmax() + 1} has no '{name}'")
    return filled


def _is_table(path: Path) -> bool:
    try:
        return set(NEEDED) <= set(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a Parquet file ({one_line(str(error), 200)})") from error
