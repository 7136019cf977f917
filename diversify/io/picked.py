"""Which rows of a table a manifest or another table names."""

from pathlib import Path

import numpy as np
import pandas as pd

from diversify.curation.near.rounding import Positions
from diversify.curation.order import PLACE
from diversify.errors import DataError
from diversify.io.manifest import read_manifest
from diversify.io.tables import read_rows


def rows_of_manifest(rows: pd.DataFrame, manifest: Path) -> Positions:
    """Find the rows of a mix in the table it was drawn from: positions, ascending.

    A row that the mix holds several times is given once.

    Raises:
        DataError: the manifest is none, or names a row that is not in the table.
    """
    named = pd.DataFrame(read_manifest(manifest)["rows"])
    missing = [name for name in PLACE if name not in named.columns]
    if missing:
        raise DataError(f"{manifest}: its rows lack {', '.join(missing)}: draw the mix again")
    return _positions(rows, named, manifest)


def rows_of_table(rows: pd.DataFrame, table: Path) -> Positions:
    """Find the rows of a smaller table in a larger one: positions, ascending.

    Raises:
        DataError: the file is no row table, or holds a row that is not in the larger one.
    """
    return _positions(rows, read_rows(table), table)


def _positions(rows: pd.DataFrame, named: pd.DataFrame, path: Path) -> Positions:
    """Find rows by content and place, or by content alone where files lie elsewhere now."""
    wanted = named[PLACE].drop_duplicates().sort_values(PLACE, ignore_index=True)
    pool = rows[PLACE].assign(position=np.arange(len(rows))).sort_values(PLACE, ignore_index=True)
    found = wanted.merge(pool.drop_duplicates(PLACE), on=PLACE, how="left")["position"]
    if found.isna().any():
        keys = ["id", "copy"]  # the second row of the same content is the second one there too
        wanted["copy"] = wanted.groupby("id").cumcount()
        pool["copy"] = pool.groupby("id").cumcount()
        found = wanted.merge(pool[[*keys, "position"]], on=keys, how="left")["position"]
    lost = np.flatnonzero(found.isna())
    if len(lost):
        first = wanted.iloc[lost[0]]
        raise DataError(
            f"{path}: {len(lost)} of {len(wanted)} rows are not in the table, first "
            f"{first['file']}:{first['line']} ({first['id']}): give the table they were drawn from"
        )
    return np.sort(found.to_numpy(dtype=np.intp))
