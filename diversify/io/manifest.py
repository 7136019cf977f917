"""The manifest beside a mix: what is in it, where each row came from, and why it was picked."""

import json
from pathlib import Path

import pandas as pd

from diversify.io.documents import Document
from diversify.io.streams import ending
from diversify.io.whole import whole

VERSION = 1
"""Version of the manifest's own layout."""
ROW_FIELDS = ("order", "id", "source", "file", "line", "cluster", "reason")
"""What a manifest says of each row: pick order, content hash, place, cluster, reason."""


def manifest_path(mix: Path) -> Path:
    """Name the manifest of a mix: mix.jsonl.gz has mix.manifest.json beside it."""
    name = mix.name
    stem = name[: name.rindex(ending(mix))] if ending(mix) in name else name
    return mix.with_name(f"{stem}.manifest.json")


def write_manifest(path: Path, head: Document, rows: pd.DataFrame) -> None:
    """Write a manifest: `head`, then `rows` in the order of the mix file, one to a line."""
    lines = [
        json.dumps(dict(zip(ROW_FIELDS, values, strict=True)), ensure_ascii=False)
        for values in zip(*(rows[name].tolist() for name in ROW_FIELDS), strict=True)
    ]
    opening = json.dumps({"manifest": VERSION, **head}, indent=1, ensure_ascii=False)
    with whole(path) as draft:
        draft.write_text(
            f'{opening.removesuffix("}").rstrip()},\n "rows": [\n' + ",\n".join(lines) + "\n]}\n",
            encoding="utf-8",
        )
