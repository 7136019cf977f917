"""Rows of any known layout become records, or are rejected with a reason."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from diversify.curation.chats import exchange, read_turns
from diversify.curation.fields import RowError, required_text, text_or_empty
from diversify.curation.layouts import Layout, Row
from diversify.records import Record

ANSWER_LINE = "\nThe answer is "
"""Leads from a rationale to its answer, as in chain-of-thought prompts; the answer ends the text,
so that it can be cut off again."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read, and why."""

    file: str
    line: int
    reason: str
    text: str
    """The row as it was found."""

    def __str__(self) -> str:
        """Show where and why."""
        return f"{self.file}:{self.line}: {self.reason}"

    @property
    def kind(self) -> str:
        """The reason without its details, for counting."""
        return self.reason.partition(" (")[0]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file's rows."""

    source: str
    file: str
    format: str
    layout: str
    rows: int
    kept: int
    rejected: Mapping[str, int]
    """Kind of reason -> rows."""


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """What became of all rows; for each file, kept and rejected ones add up to its rows."""

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


def to_record(row: Row, layout: Layout, source: str, file: str, line: int) -> Record | Reject:
    """Turn a row into a record by its file's layout, or say why it cannot be one."""
    try:
        texts = READ[layout.shape](row, layout)
        texts["meta"] = left_over(row, layout)
        check_unicode(texts)
    except RowError as fault:
        return reject(row, str(fault), file, line)
    return Record(source=source, file=file, line=line, **texts)


def reject(row: object, reason: str, file: str, line: int) -> Reject:
    """Reject a row (or a line that is none), in characters that can be written as UTF-8."""
    text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False, default=str)
    return Reject(file, line, reason, text.encode(errors="backslashreplace").decode())


def read_fields(row: Row, layout: Layout) -> dict[str, str]:
    """Read an exchange that lies in one field per part."""
    parts = layout.parts
    return {
        "instruction": required_text(row, parts["instruction"]),
        "response": required_text(row, parts["response"], number=True),
        "input": text_or_empty(row, parts["input"]) if "input" in parts else "",
        "system": text_or_empty(row, parts["system"]) if "system" in parts else "",
    }


def read_chat(row: Row, layout: Layout) -> dict[str, str]:
    """Read a list of turns, and perhaps a system text beside it."""
    turns = read_turns(row, layout.parts["turns"], layout.turn)
    return exchange(turns, text_or_empty(row, layout.parts["system"]))


def read_two_chats(row: Row, layout: Layout) -> dict[str, str]:
    """Read a chat that is cut into prompt and completion, as TRL has it."""
    halves = (layout.parts["instruction"], layout.parts["response"])
    turns = [turn for field in halves for turn in read_turns(row, field, layout.turn)]
    return exchange(turns)


def read_instance(row: Row, layout: Layout) -> dict[str, str]:
    """Read a Self-Instruct task with its one instance."""
    found = row.get(layout.parts["instances"])
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], Mapping):
        raise RowError("not one instance")
    return {
        "instruction": required_text(row, layout.parts["instruction"]),
        "response": required_text(found[0], "output", number=True),
        "input": text_or_empty(found[0], "input"),
    }


def read_rationale(row: Row, layout: Layout) -> dict[str, str]:
    r"""Read a question, its answer and its rationale; the two characters `\n` are a line's end."""
    cells = {
        part: required_text(row, field).replace("\\n", "\n") for part, field in layout.parts.items()
    }
    response = cells["rationale"] + ANSWER_LINE + cells["answer"]
    return {"instruction": cells["instruction"], "response": response}


READ: Mapping[str, Callable[[Row, Layout], dict[str, str]]] = {
    "fields": read_fields,
    "chat": read_chat,
    "two chats": read_two_chats,
    "instances": read_instance,
    "rationale": read_rationale,
}


def left_over(row: Row, layout: Layout) -> str:
    """Give the fields that the layout does not read as a JSON object."""
    rest = {field: value for field, value in row.items() if field not in layout.parts.values()}
    return json.dumps(rest, ensure_ascii=False, default=str) if rest else ""


def check_unicode(texts: Mapping[str, str]) -> None:
    """Reject half a surrogate pair, which no UTF-8 file can hold."""
    for part, text in texts.items():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise RowError(f"lone surrogate in the {part}") from error
