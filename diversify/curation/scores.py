"""Scores that came with the rows: one number each, out of a column or out of `meta`."""

import json
from collections.abc import Iterable
from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.errors import DataError

SHOWN = 8
"""Names listed in a message."""


def scores_of(rows: pd.DataFrame, column: str) -> npt.NDArray[np.float64]:
    """Read a number of each row (n,): of the table's column of that name, else of the `meta` key.

    A number may be written as text, such as "4.5"; true and false are no numbers.

    Raises:
        DataError: rows have no finite number there; names the first by file and line, and counts
            them.
    """
    values = rows[column] if column in rows.columns else _meta_values(rows["meta"], column)
    scores = np.array([_number(value) for value in values], dtype=np.float64)
    without = np.flatnonzero(~np.isfinite(scores))
    if len(without):
        raise DataError(_fault(rows, column, without))
    return scores


def _meta_values(meta: Iterable[object], column: str) -> list[object]:
    """Take one key out of each row's JSON object."""
    return [_object(text).get(column) for text in meta]


def _object(text: object) -> dict[str, object]:
    """Read a JSON object; anything else holds nothing."""
    try:
        found = json.loads(text) if isinstance(text, str) and text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: object) -> float:
    """Give a value as a number, or nan where it is none."""
    if not isinstance(value, str | Real) or isinstance(value, bool):
        return np.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return np.nan


def _fault(rows: pd.DataFrame, column: str, without: npt.NDArray[np.intp]) -> str:
    """Say which row lacks a number, how many do, and what would do."""
    first = rows.iloc[without].sort_values(["file", "line"]).iloc[0]
    where = f"{first['file']}:{first['line']}: no finite number in '{column}'"
    if len(without) < len(rows):
        return (
            f"{where}; {len(without)} of {len(rows)} rows have none: "
            "score these rows, or take them out of the file"
        )
    fields = sorted({name for text in rows["meta"] for name in _object(text)})
    known = ", ".join(fields[:SHOWN]) + ", ..." * (len(fields) > SHOWN) or "no fields of their own"
    return f"{where}, nor in any other row: name a field that holds one; the rows have {known}"
