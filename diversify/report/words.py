"""Values of the documents in words: cells, counts, keys."""

from collections.abc import Iterable
from typing import Any

from diversify.report.documents import Found
from diversify.report.verdicts import percent


def cell_name(found: Found) -> str:
    """Name a document's cell in words, by its keys or else its folder."""
    cell = found.content.get("cell")
    if isinstance(cell, dict) and cell:
        return ", ".join(f"{plain(key)} {cell_value(key, value)}" for key, value in cell.items())
    return found.cell or found.path.stem


def cell_value(key: str, value: Any) -> str:
    """Write a cell's value: shares in percent, the rest as numbers or words."""
    if key == "share" and isinstance(value, int | float):
        return percent(value)
    return value_in_words(value)


def value_in_words(value: Any) -> str:
    """Write a number with thousands marked, anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def plain(key: str) -> str:
    """Write a key as words."""
    return key.replace("_", " ")


def unique(names: Iterable[str]) -> list[str]:
    """Names in the order they first come."""
    return list(dict.fromkeys(names))


def sortable(value: Any) -> tuple[int, float, str]:
    """Order numbers by size before words."""
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, str(value))
