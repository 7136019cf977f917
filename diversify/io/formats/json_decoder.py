"""The standard JSON decoder, but that no value is lost unsaid."""

import json
from typing import Any


class NotAValueError(ValueError):
    """A JSON value that is whole but cannot be held, such as an object that names a key twice."""


def distinct_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object, unless it names a key twice: no value is lost unsaid."""
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotAValueError(f"key {twice[:40]!r} stands there twice")
    return made


DECODER = json.JSONDecoder(object_pairs_hook=distinct_keys)
"""Decodes as `json.loads` does, and refuses an object that names a key twice."""
