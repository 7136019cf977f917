"""The layouts in which people keep instruction rows, recognised by a row's fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from diversify.curation.reading.fields import some

Row = Mapping[str, Any]
"""One row as its file holds it; cells without a header are named "1", "2", ..."""

PAIRS = (
    ("instruction", "output"),
    ("instruction", "response"),
    ("instruction", "completion"),
    ("instruction", "answer"),
    ("prompt", "completion"),
    ("prompt", "response"),
    ("prompt", "output"),
    ("question", "answer"),
    ("question", "response"),
    ("query", "response"),
    ("problem", "solution"),
    ("input", "output"),
)
"""Names of instruction and response, the first pair found wins: `output` is Alpaca's own field,
so a row that carries `response` too has it kept in meta."""
INPUTS = ("input", "context")
SYSTEMS = ("system", "system_prompt")
CHATS = ("messages", "conversations", "conversation")
TURNS = (("role", "content"), ("from", "value"))
HEADER_WORDS = frozenset(
    {"id", "text", "label", "instances", *INPUTS, *SYSTEMS, *CHATS}.union(*PAIRS)
)
"""Cells of a first line that tell a header from data."""

Shape = Literal["fields", "chat", "two chats", "instances", "rationale"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which field of a row holds what; one layout holds for a whole file."""

    shape: Shape
    parts: Mapping[str, str]
    """Part of an exchange -> the field that holds it."""
    words: str
    """The layout as the summary states it, with the fields that only go to meta."""
    found: Mapping[str, str]
    """Those parts whose fields the deciding row had."""
    rest: tuple[str, ...]
    """Its other fields, which go to meta."""
    turn: tuple[str, str] = TURNS[0]
    """What a chat calls role and content of a turn."""


def recognise(row: Row, columns: Mapping[str, str], tab_separated: bool = False) -> Layout | None:
    """Recognise a layout by the fields of a row.

    A row that has fields named in `columns` is read by these and no others; a row that has none of
    them is read by its own layout, so that files of several kinds can be read at once.
    """
    if any(field in row for field in columns.values()):
        return named(row, columns)
    return chat(row) or pair(row) or instances(row) or without_header(row, tab_separated)


def named(row: Row, columns: Mapping[str, str]) -> Layout | None:
    """Recognise the columns that the user named, if they are all there."""
    if not row.keys() >= set(columns.values()):
        return None
    given = ", ".join(f"{part} = {field}" for part, field in columns.items())
    return layout("fields", f"named columns: {given}", columns, row)


def chat(row: Row) -> Layout | None:
    """Recognise ShareGPT and messages: a list of turns, and perhaps a system text beside it."""
    for field in CHATS:
        turns = row.get(field)
        if not isinstance(turns, list) or not turns or not isinstance(turns[0], Mapping):
            continue
        for role, content in TURNS:
            if {role, content} <= turns[0].keys():
                parts = {"turns": field, "system": present(row, SYSTEMS) or SYSTEMS[0]}
                name = "ShareGPT" if role == "from" else "messages"
                words = f"{name}: {field}[{role}, {content}]"
                return replace(layout("chat", words, parts, row), turn=(role, content))
    return None


def pair(row: Row) -> Layout | None:
    """Recognise a field for the instruction and one for the response, as text or as chats."""
    for names in PAIRS:
        instruction, response = (present(row, (name,)) for name in names)
        if instruction is None or response is None:
            continue
        parts = {"instruction": instruction, "response": response}
        if isinstance(row[instruction], list) and isinstance(row[response], list):
            return layout("two chats", f"chats: {instruction} + {response}", parts, row)
        if names[0] != "input":
            parts["input"] = present(row, INPUTS) or INPUTS[0]
        parts["system"] = present(row, SYSTEMS) or SYSTEMS[0]
        name = "Alpaca" if names == PAIRS[0] else "/".join(names)
        fields = ", ".join(field for field in row if field in parts.values())
        return layout("fields", f"{name}: {fields}", parts, row)
    return None


def instances(row: Row) -> Layout | None:
    """Recognise the tasks of Self-Instruct: an instruction, and input and output as an instance."""
    if "instruction" not in row or not isinstance(row.get("instances"), list):
        return None
    parts = {"instruction": "instruction", "instances": "instances"}
    return layout("instances", "Self-Instruct: instruction, instances[input, output]", parts, row)


def without_header(row: Row, tab_separated: bool) -> Layout | None:
    """Recognise two columns, or the three tab-separated ones of FLAN's chain-of-thought files."""
    if list(row) == ["1", "2"]:
        parts = {"instruction": "1", "response": "2"}
        return layout("fields", "no header: instruction, response", parts, row)
    if list(row) == ["1", "2", "3"] and tab_separated:
        parts = {"instruction": "1", "answer": "2", "rationale": "3"}
        return layout("rationale", "FLAN, no header: question, answer, rationale", parts, row)
    return None


def present(row: Row, names: tuple[str, ...]) -> str | None:
    """Find the first of some names among a row's fields, in upper or lower case."""
    fields = {field.lower(): field for field in row}
    return next((fields[name] for name in names if name in fields), None)


def layout(shape: Shape, words: str, parts: Mapping[str, str], row: Row) -> Layout:
    """Put a layout together and say which fields go to meta."""
    found = {part: field for part, field in parts.items() if field in row}
    rest = tuple(field for field in row if field not in parts.values())
    told = f"{words}; kept in meta: {some(rest)}" if rest else words
    return Layout(shape, parts, told, found, rest)
