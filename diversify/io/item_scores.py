"""Scores item by item: one layout for every harness, so that arms can be compared in pairs."""

from pathlib import Path

import pandas as pd

from diversify.errors import DataError
from diversify.io.tables import read_table, write_table

ITEM_COLUMNS = {
    "task": "str",
    "metric": "str",
    "item": "str",
    "value": "float64",
    "weight": "float64",
}
"""A score is the sum of values over the sum of weights: right answers over items, bits over bytes.
`item` names the same test item for every model, and stands once in a task and metric."""


def write_items(path: Path, items: pd.DataFrame) -> None:
    """Write items' scores as Parquet; the file appears only when it is whole."""
    write_table(path, items[list(ITEM_COLUMNS)].astype(ITEM_COLUMNS))


def read_items(path: Path) -> pd.DataFrame:
    """Read what `write_items` wrote.

    Raises:
        DataError: the file is missing, or is no such table.
    """
    items = read_table(path)
    missing = [name for name in ITEM_COLUMNS if name not in items.columns]
    if missing:
        raise DataError(f"{path}: lacks {', '.join(missing)}; give items that a harness wrote")
    return items


def totals(items: pd.DataFrame) -> dict[str, dict[str, dict[str, float | int]]]:
    """Sum items up: task -> metric -> {"value": the score, "n": items}."""
    found: dict[str, dict[str, dict[str, float | int]]] = {}
    for (task, metric), rows in items.groupby(["task", "metric"], sort=False):
        score = float(rows["value"].sum() / rows["weight"].sum())
        found.setdefault(str(task), {})[str(metric)] = {"value": round(score, 6), "n": len(rows)}
    return found
