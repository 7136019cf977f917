"""One order for the rows of a table, whatever order their files came in."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

PLACE = ["id", "source", "file", "line"]
"""Columns that name a row: its content hash first, then where it lies."""


def content_order(rows: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Give the positions of the rows by content hash; the very same content goes by place."""
    ids = rows["id"].to_numpy(dtype="S32")
    order = np.argsort(ids, kind="stable")
    same = ids[order[1:]] == ids[order[:-1]]
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    if len(tied):  # only these are sorted by place: it takes far longer
        places = rows[PLACE].iloc[order[tied]].reset_index(drop=True)
        order[tied] = order[tied[places.sort_values(PLACE).index.to_numpy()]]
    return order


def tally(rows: pd.DataFrame, columns: list[str]) -> list[dict[Hashable, Any]]:
    """Count the rows of each combination of values in these columns: a table for a summary."""
    counts = rows.groupby(columns, sort=True).size().rename("rows").reset_index()
    return counts.to_dict(orient="records")
