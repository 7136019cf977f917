"""JSON documents: summaries, scores, manifests."""

import hashlib
import importlib.metadata
import json
from pathlib import Path
from typing import Any

from diversify import __version__
from diversify.errors import DataError
from diversify.io.whole import whole

Document = dict[str, Any]
"""A JSON object as Python holds it."""


def write_document(path: Path, document: Document) -> None:
    """Write a JSON object, readable by people; the file appears only when it is whole."""
    with whole(path) as draft:
        draft.write_text(
            json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def read_document(path: Path) -> Document:
    """Read a JSON object.

    Raises:
        DataError: the file is missing, is no JSON, or holds something else than an object.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"{path}: not a JSON document ({error})") from error
    if not isinstance(document, dict):
        raise DataError(f"{path}: expected a JSON object")
    return document


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        DataError: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error


def versions(*packages: str) -> dict[str, str]:
    """Versions of diversify and of the packages a step's numbers depend on."""
    return {"diversify": __version__} | {
        name: importlib.metadata.version(name) for name in packages
    }
