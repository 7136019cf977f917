"""Budgets and quotas as people write them: 20k, 5M, 1000,5000, 30%, 0.3, 500."""

import re
from typing import Annotated, Any

from pydantic import WithJsonSchema

Quota = int | float
"""A whole number counts what the budget counts (rows or tokens); a float is a share of it."""
NUMBER_OR_TEXT = {"anyOf": [{"type": "number"}, {"type": "string"}]}
Budgets = Annotated[
    tuple[int, ...],
    WithJsonSchema(
        {"anyOf": [*NUMBER_OR_TEXT["anyOf"], {"type": "array", "items": NUMBER_OR_TEXT}]}
    ),
]
Quotas = Annotated[
    dict[str, Quota], WithJsonSchema({"type": "object", "additionalProperties": NUMBER_OR_TEXT})
]
EACH = "each"
"""Stands for every source, or every cluster, that is not named."""

FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([kmb]?)", re.IGNORECASE)


def amounts(given: Any) -> Any:
    """Read one budget or several: a number, `5M`, or `1000,5000,20000`; ascending, each once."""
    parts = [given] if isinstance(given, int | str) else list(given)
    texts = [text for part in parts for text in str(part).split(",")]
    return tuple(sorted({amount(text) for text in texts}))


def amount(text: str) -> int:
    """Read 20000, 20k or 1.5M.

    Raises:
        ValueError: it is something else, or no whole number of at least 1.
    """
    found = AMOUNT.fullmatch(text.strip())
    value = float(found[1]) * FACTORS[found[2].lower()] if found else 0.0
    if value < 1 or not value.is_integer():
        raise ValueError(f"expected a whole number such as 20000, 20k or 5M, not {text.strip()!r}")
    return int(value)


def quotas(given: Any) -> Any:
    """Read `code=30%,math=500` as the command line gives it, or a mapping as YAML does."""
    if isinstance(given, str):
        pairs = [pair.partition("=") for pair in given.split(",")]
        if not all(name.strip() and value.strip() for name, _, value in pairs):
            raise ValueError("expected pairs such as code=30%,math=500")
        given = {name.strip(): value for name, _, value in pairs}
    if not isinstance(given, dict):
        raise ValueError("expected pairs such as code=30%,math=500")
    return {str(name): quota(value) for name, value in given.items()}


def quota(value: Any) -> Quota:
    """Read one quota: 30% and 0.3 are shares, 500 is a count.

    Raises:
        ValueError: it is neither, or out of bounds.
    """
    text = str(value).strip()
    if text.endswith("%") or "." in text:
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise ValueError(f"a share lies between 0 and 1 (or 0% and 100%), not {text}")
        return share
    if text == "0":
        return 0
    return amount(text)
