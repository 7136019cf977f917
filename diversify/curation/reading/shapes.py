"""The texts of an exchange out of a row, by the shape of its layout."""

from collections.abc import Callable, Mapping

from diversify.curation.reading.chats import exchange, read_turns
from diversify.curation.reading.fields import RowError, required_text, text_or_empty
from diversify.curation.reading.layouts import Layout, Row

ANSWER_LINE = "\nThe answer is "
"""Leads from a rationale to its answer, as in chain-of-thought prompts; the answer ends the text,
so that it can be cut off again."""


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
    turns = [turn for half in halves for turn in read_turns(row, half, layout.turn)]
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
        part: required_text(row, name).replace("\\n", "\n") for part, name in layout.parts.items()
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
