"""JSON documents: summaries, scores, manifests.

The last field of each is a seal, the SHA-256 of all bytes before it, so that a changed byte shows.
"""

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
SEAL_ROOM = 100
"""Bytes at a document's end in which its seal begins."""


SEAL = ',\n "seal": "'


def write_document(path: Path, document: Document) -> None:
    """Write a JSON object for people and programs; the file appears only when it is whole."""
    written = json.dumps(document, indent=1, ensure_ascii=False)
    with whole(path) as draft:
        draft.write_text(sealed(written.removesuffix("\n}")), encoding="utf-8")


def sealed(body: str) -> str:
    """End the text of a JSON object that lacks its last brace, with a seal."""
    return f'{body}{SEAL}{hashlib.sha256(body.encode()).hexdigest()}"\n}}\n'


def read_document(path: Path, check: bool = True) -> Document:
    """Read a JSON object, without its seal; one that has none is read as it is.

    Raises:
        DataError: the file is missing, is no JSON, holds something else than an object, or (if
            `check`) a byte of it has changed since it was written.
    """
    try:
        content = path.read_bytes()
        document = json.loads(content)
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise DataError(f"{path}: not a JSON document ({error})") from error
    if not isinstance(document, dict):
        raise DataError(f"{path}: expected a JSON object")
    if SEAL.encode() in content[-SEAL_ROOM:]:
        if check and not seal_holds(path):
            raise DataError(
                f"{path}: not the bytes that were written: remove it and run the step that makes it"
            )
        document.pop("seal", None)
    return document


def seal_holds(path: Path) -> bool:
    """Say whether a document is, byte for byte, what was written."""
    body, found, end = path.read_bytes().rpartition(SEAL.encode())
    return bool(found) and end == f'{hashlib.sha256(body).hexdigest()}"\n}}\n'.encode()


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
