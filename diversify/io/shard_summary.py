"""What a stage did in all shards, added up from the summaries of each."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from diversify.io.documents import Document

TOLD_ONCE = ("stage", "options", "versions", "dimensions", "weights", "precision", "test", "items")
"""What all shards say alike."""
NO_SUMS = ("hit", "texts", "inputs", "group_sizes", "largest_groups")
"""What cannot be added: one item or text may count in several shards; and lists of large size."""


def added_up(documents: Sequence[Document]) -> Document:
    """Add the counts of several summaries up, field by field.

    Numbers and tables of numbers are added, lists of rows by what names them, lists of files laid
    end to end; what all say alike is told once, and what cannot be added is left out.
    """
    first = documents[0]
    fields = [name for name in first if name not in NO_SUMS]
    summed = {name: _sum(name, [document[name] for document in documents]) for name in fields}
    return summed | {"shards": len(documents)}


def _sum(name: str, values: list[Any]) -> Any:
    if name in TOLD_ONCE or isinstance(values[0], str | None | bool):
        return values[0]
    if isinstance(values[0], int | float):
        return sum(values)
    if isinstance(values[0], dict):
        totals: Counter[str] = Counter()
        for value in values:
            totals.update(value)
        return dict(totals)
    return [one for value in values for one in value] if name == "files" else _tallied(values)


def _tallied(tables: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Add up the rows of tables that are named alike: what is no number names a row."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in (row for table in tables for row in table):
        name = tuple(value for value in row.values() if isinstance(value, str))
        known = found.setdefault(name, dict.fromkeys(row, 0))
        for key, value in row.items():
            if key not in NO_SUMS:
                known[key] = (
                    value if isinstance(value, str) or key in TOLD_ONCE else (known[key] + value)
                )
    return [{key: row[key] for key in row if key not in NO_SUMS} for row in found.values()]
