"""What every command leaves behind: a summary document and one line for people."""

import json
import re
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from diversify.config.base import Options
from diversify.errors import ConfigError
from diversify.io.documents import Document, file_hash, versions, write_document

WORD = re.compile(r"[\w.+-]+")
"""What a label may say."""


def summary_document(
    stage: str,
    counts: dict[str, Any],
    options: Options | Iterable[Options],
    inputs: Iterable[Path],
    packages: Iterable[str] = (),
) -> Document:
    """Say what a stage did: its counts, its options, its inputs' hashes and the versions."""
    models = [options] if isinstance(options, Options) else list(options)
    return {
        "stage": stage,
        **counts,
        "options": {name: value for model in models for name, value in model.model_dump().items()},
        "inputs": {str(path): file_hash(path) for path in inputs if path.is_file()},
        "versions": versions(*packages),
    }


def cell_of(labels: Iterable[str]) -> dict[str, int | float | str]:
    """Read NAME=VALUE labels, which say what cell of a grid a result belongs to.

    Raises:
        ConfigError: a label is something else.
    """
    return dict(_pair(label) for label in labels)


def _pair(label: str) -> tuple[str, int | float | str]:
    name, _, value = label.partition("=")
    if not (name and WORD.fullmatch(value)):
        raise ConfigError(f"--label {label}: expected NAME=VALUE, a number or a plain word")
    for number in (int, float):
        with suppress(ValueError):
            return name, number(value)
    return name, value


def tell(line: str, document: Document, summary: Path | None, as_json: bool) -> None:
    """Write the summary where one is asked for; print the line, or with --json the document."""
    if summary:
        write_document(summary, document)
    if as_json:
        json.dump(document, sys.stdout, ensure_ascii=False)
        print()
    else:
        print(line)


def say(line: str) -> None:
    """Tell a person what was done, on stderr; stdout stays free for the result."""
    print(printable(line), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Put a question mark for each character that would steer a terminal, such as an escape."""
    return "".join(character if character.isprintable() else "?" for character in text)
