"""Rows of any known layout become records, or are rejected with a reason."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from diversify.curation.reading.fields import RowError, one_line
from diversify.curation.reading.layouts import Layout, Row
from diversify.curation.reading.profile import TextProfile
from diversify.curation.reading.shapes import READ
from diversify.records import Record

REASON, TEXT = 300, 1000
"""Characters of a rejected row's reason and of its text that are kept."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of a file come from."""

    source: str
    file: str
    revision: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read, and why."""

    file: str
    line: int
    reason: str
    text: str
    """The row as it was found, a long one cut off."""

    def __str__(self) -> str:
        """Show where and why."""
        return f"{self.file}:{self.line}: {self.reason}"

    @property
    def kind(self) -> str:
        """The reason without its details, for counting."""
        return self.reason.partition(" (")[0]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file's rows, and as what they were read."""

    source: str
    file: str
    format: str
    layout: str
    rows: int
    kept: int
    rejected: Mapping[str, int]
    """Kind of reason -> rows."""
    revision: str = ""
    licence: str = ""
    sha256: str = ""
    """Of the whole file; empty where rows came from no file."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Part of an exchange -> the field it was read from."""
    in_meta: tuple[str, ...] = ()
    """The other fields of the first row that was understood; the first of them if they are many."""
    with_input: int = 0
    with_system: int = 0
    several_turns: int = 0
    """Kept rows that have an input, a system text, later turns."""
    instruction: TextProfile | None = None
    response: TextProfile | None = None
    """What these texts look like; None where no row was kept."""
    left_out: int = 0
    """Well-formed rows that a draw of so many at most left out."""


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What became of all rows; for each file, kept, rejected and left out ones are its rows."""

    files: tuple[FileSummary, ...]

    @property
    def rows(self) -> int:
        """Rows that were read."""
        return sum(file.rows for file in self.files)

    @property
    def kept(self) -> int:
        """Rows that became records."""
        return sum(file.kept for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows that did not."""
        return sum(sum(file.rejected.values()) for file in self.files)

    @property
    def left_out(self) -> int:
        """Rows that could have, and were not drawn."""
        return sum(file.left_out for file in self.files)


def to_record(row: Row, layout: Layout, origin: Origin, line: int) -> Record | Reject:
    """Turn a row into a record by its file's layout, or say why it cannot be one."""
    try:
        texts = READ[layout.shape](row, layout)
        texts["meta"] = left_over(row, layout)
        check_unicode(texts)
    except RowError as fault:
        return reject(row, str(fault), origin.file, line)
    except RecursionError:
        return reject(row, "nested too deeply", origin.file, line)
    return Record(
        source=origin.source,
        file=origin.file,
        line=line,
        revision=origin.revision,
        licence=origin.licence,
        **texts,
    )


def reject(row: object, reason: str, file: str, line: int) -> Reject:
    """Reject a row (or a line that is none), in characters that can be written as UTF-8."""
    try:
        text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = ""  # nothing that can be shown
    return Reject(file, line, one_line(reason, REASON), encodable(text[:TEXT]))


def encodable(text: str) -> str:
    """Spell out half surrogate pairs, which no UTF-8 file can hold."""
    return text.encode(errors="backslashreplace").decode()


def left_over(row: Row, layout: Layout) -> str:
    """Give the fields that the layout does not read as a JSON object."""
    rest = {name: value for name, value in row.items() if name not in layout.parts.values()}
    if not rest:
        return ""
    try:
        return json.dumps(rest, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(spelled_out(rest), ensure_ascii=False, default=str)


def spelled_out(value: Any) -> Any:
    """Put words for the numbers that JSON does not have: not a number, and the infinite ones."""
    if isinstance(value, dict):
        return {key: spelled_out(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [spelled_out(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def check_unicode(texts: Mapping[str, str]) -> None:
    """Reject half a surrogate pair, which no UTF-8 file can hold."""
    for part, text in texts.items():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise RowError(f"lone surrogate in the {part}") from error
