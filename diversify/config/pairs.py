"""Pairs of a source and what holds for it, as a command line gives them: code=15k,chat=5k."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import WithJsonSchema

from diversify.config.quota import NUMBER_OR_TEXT, amount

Amounts = Annotated[
    dict[str, int], WithJsonSchema({"type": "object", "additionalProperties": NUMBER_OR_TEXT})
]
"""Rows by source: whole numbers, written 20000 or 20k."""


def pairs(given: Any, example: str) -> Any:
    """Read `name=value,name=value` as a mapping; a mapping, as YAML has it, stays as it is.

    Raises:
        ValueError: it is written otherwise, or a name stands there twice.
    """
    if not isinstance(given, str):
        return given
    split = [[part.strip() for part in pair.partition("=")] for pair in given.split(",")]
    if not all(name and value for name, _, value in split):
        raise ValueError(f"expected pairs such as {example}")
    name, times = Counter(name for name, _, _ in split).most_common(1)[0]
    if times > 1:
        raise ValueError(f"{name!r} stands there twice")
    return {name: value for name, _, value in split}


def rows_by_source(given: Any, example: str) -> Any:
    """Read pairs of a source and a number of rows; a source may have none.

    Raises:
        ValueError: there are other things than pairs, or other values than whole numbers.
    """
    given = pairs(given, example)
    if not isinstance(given, Mapping):
        raise ValueError(f"expected pairs such as {example}")
    wrong = [name for name in given if not is_source(str(name))]
    if wrong:
        raise ValueError(f"the name of a source holds no comma and no '=': {wrong}")
    return {str(name): whole_rows(value) for name, value in given.items()}


def whole_rows(value: Any) -> int:
    """Read a number of rows: 15000, 15k, 7.5k, or 0.

    Raises:
        ValueError: it is no whole number.
    """
    text = str(value).strip()
    return 0 if text == "0" else amount(text)


def is_source(name: str) -> bool:
    """Say whether a source of this name can be told in pairs, and so on a command line."""
    return bool(name.strip()) and not set(name) & set(",=")
