"""Items of a benchmark out of the files that it was published in."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diversify.curation.ingest import Reject
from diversify.curation.reading.layouts import present
from diversify.errors import DataError
from diversify.io.formats.rows import file_format, read_rows
from diversify.io.test_sets.archives import is_container, members
from diversify.io.test_sets.known_benchmarks import CHOICES, Published

RawItem = tuple[str, int, dict[str, Any]]
"""File (as a label), line or number in it, and fields of an item."""


def raw_items(path: Path, published: Published) -> Iterator[RawItem]:
    """Read a file, folder or archive as published; a file in another layout gives nothing.

    The first row tells the layout; a later one that lacks a field is still an item.

    Raises:
        DataError: it cannot be read, or there are no items in it.
    """
    if is_container(path):
        found = list(members(path, published.members))
        if not found:
            expected = " or ".join(published.members) or "single file, not a folder or archive"
            raise DataError(f"{path}: no items in it (expected {expected})")
        for file, content in found:
            yield from _of_member(f"{path}: {file}", content)
        return
    if published.members and path.suffix in (".csv", ".json"):
        yield from _of_member(str(path), _bytes(path))
        return
    needed = [names for names in (published.question, published.answer) if names]
    for number, item in enumerate(read_rows(path, file_format(path), {})):
        if isinstance(item, Reject):
            raise DataError(str(item))
        line, row = item
        if number == 0 and not all(present(row, names) for names in needed):
            return
        yield str(path), line, row


def _of_member(file: str, content: bytes) -> Iterator[RawItem]:
    """Read a CSV without a header, or the examples of a JSON document."""
    try:
        text = content.decode("utf-8-sig")
        if file.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
            values = [dict(zip(("question", *CHOICES, "answer"), row, strict=True)) for row in rows]
        else:
            values = json.loads(text)["examples"]
        yield from ((file, number, dict(row)) for number, row in enumerate(values, start=1))
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise DataError(f"{file}: not laid out as published ({error})") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
