"""Texts out of a row's fields, or the reason why there is none."""

import math
from collections.abc import Mapping, Sequence
from typing import Any


class RowError(Exception):
    """A row does not hold what its layout promises; the message is the reason of a reject."""


def required_text(row: Mapping[str, Any], field: str, number: bool = False) -> str:
    """Read a text that must not be blank; where a number will do, it is written out."""
    value = row.get(field)
    # the name is only made where it is needed: most rows are as they should be
    text = value if isinstance(value, str) else text_of(value, shown(field), number)
    if text is None:
        raise RowError(f"missing {shown(field)}")
    if not text.strip():
        raise RowError(f"empty {shown(field)}")
    return text


def text_or_empty(row: Mapping[str, Any], field: str) -> str:
    """Read a text that may be missing."""
    value = row.get(field)
    if value is None or isinstance(value, str):
        return value or ""
    return text_of(value, shown(field)) or ""


def text_of(value: object, name: str, number: bool = False) -> str | None:
    """Give a value as text, or None where there is no value."""
    if value is None or isinstance(value, str):
        return value
    if number and isinstance(value, int | float) and not isinstance(value, bool):
        # an int is always finite, and may be too long to ask
        return str(value) if isinstance(value, int) or math.isfinite(value) else None
    raise RowError(f"{name} is not text")


def shown(field: str) -> str:
    """Name a field in a reason; fields without a header are known by their number."""
    return f"column {field}" if field.isdigit() else f"'{one_line(field, 60)}'"


def one_line(text: str, most: int) -> str:
    """Show a text from data on one line, cut off after some characters; controls become `?`."""
    seen = text[:most] + "..." * (len(text) > most)
    if seen.isprintable():
        return seen
    return "".join(mark if mark.isprintable() else " " if mark.isspace() else "?" for mark in seen)


def some(names: Sequence[str], most: int = 12) -> str:
    """List names of fields, only the first where there are many."""
    listed = ", ".join(one_line(name, 60) for name in names[:most])
    return f"{listed} and {len(names) - most} more" if len(names) > most else listed
