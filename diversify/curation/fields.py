"""Texts out of a row's fields, or the reason why there is none."""

import math
from collections.abc import Mapping
from typing import Any


class RowError(Exception):
    """A row does not hold what its layout promises; the message is the reason of a reject."""


def required_text(row: Mapping[str, Any], field: str, number: bool = False) -> str:
    """Read a text that must not be blank; where a number will do, it is written out."""
    text = text_of(row.get(field), shown(field), number)
    if text is None:
        raise RowError(f"missing {shown(field)}")
    if not text.strip():
        raise RowError(f"empty {shown(field)}")
    return text


def text_or_empty(row: Mapping[str, Any], field: str) -> str:
    """Read a text that may be missing."""
    return text_of(row.get(field), shown(field)) or ""


def text_of(value: object, name: str, number: bool = False) -> str | None:
    """Give a value as text, or None where there is no value."""
    if value is None or isinstance(value, str):
        return value
    if number and isinstance(value, int | float) and not isinstance(value, bool):
        if math.isnan(value):
            return None
        return str(value)
    raise RowError(f"{name} is not text")


def shown(field: str) -> str:
    """Name a field in a reason; fields without a header are known by their number."""
    return f"column {field}" if field.isdigit() else f"'{field}'"
