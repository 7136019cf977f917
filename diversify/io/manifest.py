"""The manifest beside a mix: what is in it, where each row came from, and why it was picked."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from diversify.errors import DataError
from diversify.io.documents import Document, read_document, sealed
from diversify.io.formats.streams import ending
from diversify.io.whole import whole
from diversify.records import digest

VERSION = 3
"""Version of the manifest's own layout."""
ROW_FIELDS = (
    "order", "id", "source", "file", "line", "revision", "licence", "cluster", "copy", "cost",
    "reason", "written",
)  # fmt: skip
"""What a manifest says of each row: pick order, content hash, place, revision and licence of its
source, cluster, how often it was used before, what it takes from the budget, why it was picked,
and the hash of the row as it was written."""


def manifest_path(mix: Path) -> Path:
    """Name the manifest of a mix: mix.jsonl.gz has mix.manifest.json beside it."""
    return beside(mix, "manifest.json")


def beside(mix: Path, what: str) -> Path:
    """Name a file that lies beside a mix: mix.rejects.jsonl for mix.jsonl.gz."""
    return mix.with_name(f"{stem_and_endings(mix)[0]}.{what}")


def stem_and_endings(mix: Path) -> tuple[str, str]:
    """Split a file's name before the endings of its format and compression."""
    name = mix.name
    cut = name.rindex(ending(mix)) if ending(mix) and ending(mix) in name else len(name)
    return name[:cut], name[cut:]


def write_manifest(path: Path, head: Document, rows: pd.DataFrame) -> None:
    """Write a manifest: `head`, then `rows` in the order of the mix file, one to a line, sealed."""
    lines = [
        json.dumps(dict(zip(ROW_FIELDS, values, strict=True)), ensure_ascii=False)
        for values in zip(*(rows[name].tolist() for name in ROW_FIELDS), strict=True)
    ]
    opening = json.dumps({"manifest": VERSION, **head}, indent=1, ensure_ascii=False)
    body = f'{opening.removesuffix("}").rstrip()},\n "rows": [\n' + ",\n".join(lines) + "\n]"
    with whole(path) as draft:
        draft.write_text(sealed(body), encoding="utf-8")


def read_manifest(path: Path, check: bool = True) -> Document:
    """Read a manifest.

    Raises:
        DataError: the file is missing, is no manifest of this version, or (if `check`) a byte of
            it has changed since it was written.
    """
    if not path.name.endswith(".manifest.json") and manifest_path(path).is_file():
        raise DataError(f"{path}: is a mix; give its manifest, {manifest_path(path)}")
    document = read_document(path, check)
    if document.get("manifest") != VERSION or not isinstance(document.get("rows"), list):
        raise DataError(f"{path}: not a manifest of version {VERSION}: give one that mix wrote")
    return document


def hashes_of(examples: Iterable[dict[str, Any]]) -> list[str]:
    """Name each row as it is written, whatever file format it is written in."""
    return [digest(json.dumps(example, sort_keys=True, ensure_ascii=False)) for example in examples]
