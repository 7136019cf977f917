"""Values of the documents in words: cells, counts, keys."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeGuard

from diversify.report.documents import Found


def cell_name(found: Found) -> str:
    """Name a document's cell in words, by its keys or else its folder."""
    cell = found.content.get("cell")
    if isinstance(cell, dict) and cell:
        return ", ".join(f"{plain(key)} {cell_value(key, value)}" for key, value in cell.items())
    return found.cell or found.path.stem


def cell_value(key: str, value: Any) -> str:
    """Write a cell's value: shares in percent, the rest as numbers or words."""
    if key.rpartition("_")[2] == "share" and is_number(value):
        return percent(value)
    return value_in_words(value)


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value can stand on an axis of numbers."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def value_in_words(value: Any) -> str:
    """Write a number with thousands marked, anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def short_number(number: float) -> str:
    """Write a number for a tick: 300, 3k, 1M."""
    for unit, word in ((1e6, "M"), (1e3, "k")):
        if number >= unit:
            return f"{number / unit:g}{word}"
    return f"{number:g}"


def percent(share: float) -> str:
    """Write a share as people say it: 0.25 is `25 %`."""
    return f"{100 * share:.4g} %"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Join words as in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def sentence_case(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]


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
