"""Check the files of a mix against its manifest, and name the rows that differ."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from diversify.config.ingest import IngestOptions
from diversify.curation.ingest import Reject
from diversify.errors import DataError, UserError
from diversify.io.documents import Document, file_hash, seal_holds
from diversify.io.formats.rows import file_format, read_rows
from diversify.io.manifest import hashes_of, read_manifest
from diversify.io.readers import read_records
from diversify.records import Record

NAMED = 3
"""Differing rows that are named; the rest is counted."""


@dataclass(frozen=True)
class Finding:
    """What a check found of one file."""

    file: str
    state: Literal["same", "differs", "not here"]
    words: str

    @property
    def differs(self) -> bool:
        """Say whether the file is not what the manifest says."""
        return self.state == "differs"

    def __str__(self) -> str:
        """Show it as a line."""
        return f"{self.file}: {self.words}"

    def document(self) -> dict[str, str]:
        """Give it as a JSON object."""
        return asdict(self)


def check_files(manifest: Path, files: list[Path]) -> list[Finding]:
    """Check the manifest's seal, its amounts, its mix, and the files that it was drawn from.

    A file that is given stands for the one of the same name; the others are looked for where the
    manifest says. A file is read only if its hash differs, to name the rows.

    Raises:
        DataError: the manifest cannot be read, or a file that is given is none of its files.
    """
    document = read_manifest(manifest, check=False)  # a broken seal is a finding
    known = located(document, manifest, files)
    mix = document["file"]["name"]
    return [
        _of_seal(manifest),
        *_of_amounts(document),
        _of_mix(known[mix], document),
        *(
            _of_input(name, known[name], hashed, document)
            for name, hashed in document["inputs"].items()
        ),
    ]


def located(document: Document, manifest: Path, files: list[Path]) -> dict[str, Path]:
    """Say where the mix and each input lie: as given, else as the manifest has it.

    Raises:
        DataError: a file that is given is none of them, or could be several.
    """
    found = {name: Path(name) for name in document["inputs"]}
    found[document["file"]["name"]] = manifest.with_name(document["file"]["name"])
    for file in files:
        if not file.exists():
            raise DataError(f"{file}: no such file")
        meant = _meant(file, found)
        found[meant] = file
    return found


def _meant(file: Path, found: dict[str, Path]) -> str:
    """Find the file of a manifest that a given one stands for: by the whole path, else the name."""
    names = [name for name in found if name == str(file)]
    names = names or [name for name in found if Path(name).name == file.name]
    hashes = file_hash(file) if len(names) > 1 else ""
    if len(names) != 1:
        known = ", ".join(sorted(found))
        what = f"could be {' or '.join(names)}" if hashes else f"none of its files ({known})"
        raise DataError(f"{file}: {what}: give files by the names they had")
    return names[0]


def _of_seal(manifest: Path) -> Finding:
    if seal_holds(manifest):
        return Finding(str(manifest), "same", "as it was written")
    return Finding(str(manifest), "differs", "not as it was written: its seal does not hold")


def _of_amounts(document: Document) -> list[Finding]:
    """Check that the rows of each source are as many as rows_of asked for, where it did."""
    asked = document["options"].get("rows_of") or {}
    if not asked:
        return []
    there = Counter(row["source"] for row in document["rows"])
    wrong = [
        f"{there[name]} rows of {name}, and {asked.get(name, 0)} were asked for"
        for name in sorted({*asked, *there})
        if there[name] != asked.get(name, 0)
    ]
    if wrong:
        return [Finding("rows_of", "differs", "; ".join(wrong))]
    told = ", ".join(f"{rows} of {name}" for name, rows in asked.items())
    return [Finding("rows_of", "same", f"{told}, as asked")]


def _of_input(name: str, path: Path, hashed: str, document: Document) -> Finding:
    """Check an input by its hash; if that differs, find the rows of the mix that changed in it."""
    if not path.exists():
        return Finding(name, "not here", "not here, so not checked")
    if file_hash(path) == hashed:
        return Finding(name, "same", "same bytes")
    mixed = {row["line"]: row["id"] for row in document["rows"] if row["file"] == name}
    try:
        changed = _changed_lines(path, mixed, document) if mixed else []
    except UserError as error:
        return Finding(name, "differs", f"cannot be read any more ({error})")
    words = "none of its rows in the mix has changed"
    if changed:
        words = f"{len(changed)} of its rows in the mix changed, line {_listed(changed)}"
    return Finding(name, "differs", f"not the bytes that were read: {words}")


def _changed_lines(path: Path, mixed: dict[int, str], document: Document) -> list[int]:
    """List the lines of rows in the mix that hold something else now."""
    options = IngestOptions.model_validate(document["recipe"]["ingest"])
    now = {
        record.line: record.id
        for record in read_records(path, "", options)
        if isinstance(record, Record)
    }
    return sorted(line for line, id in mixed.items() if now.get(line) != id)


def _listed(lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:NAMED]))
    return shown + (", ..." if len(lines) > NAMED else "")


def _of_mix(path: Path, document: Document) -> Finding:
    """Check the mix by its hash; if that differs, find the rows."""
    name = path.name
    if not path.exists():
        return Finding(name, "not here", "not here, so not checked")
    if file_hash(path) == document["file"]["sha256"]:
        return Finding(name, "same", f"same bytes, {document['file']['rows']} rows")
    try:
        differing = list(_differing_rows(path, [row["written"] for row in document["rows"]]))
    except UserError as error:
        return Finding(name, "differs", f"cannot be read any more ({error})")
    named = "; ".join(differing[:NAMED]) or "the rows are the same, only not their bytes"
    more = f"; and {len(differing) - NAMED} more" if len(differing) > NAMED else ""
    return Finding(name, "differs", f"not the bytes that were written: {named}{more}")


def _differing_rows(path: Path, written: list[str]) -> Iterator[str]:
    """Name rows that are not where they were, and say how many are missing."""
    rows = read_rows(path, file_format(path), {})
    left = Counter(written)
    count = 0
    for count, row in enumerate(rows, start=1):
        line, hashed = _hashed(row)
        expected = written[count - 1] if count <= len(written) else None
        if hashed != expected:
            where = "moved here" if left[hashed] else "not a row that was written"
            yield f"row {count} (line {line}) {where}"
        left[hashed] -= 1
    if count < len(written):
        yield f"{len(written) - count} rows are missing at the end"


def _hashed(row: Any) -> tuple[int, str]:
    if isinstance(row, Reject):
        return row.line, ""
    line, example = row
    return line, hashes_of([example])[0]
