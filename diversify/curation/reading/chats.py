"""Chats as records: the first exchange in its own columns, the later turns beside it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from diversify.curation.reading.fields import RowError, shown, text_of

ROLES = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bot": "assistant",
    "model": "assistant",
}

Turn = dict[str, str]
"""One turn as {"role", "content"}."""


def read_turns(row: Mapping[str, Any], field: str, names: tuple[str, str]) -> list[Turn]:
    """Read the turns of a chat, their roles named system, user and assistant."""
    turns = row.get(field)
    if turns is None:
        raise RowError(f"missing {shown(field)}")
    if not isinstance(turns, list):
        raise RowError(f"{shown(field)} is not a list of turns")
    return [read_turn(turn, number, *names) for number, turn in enumerate(turns, start=1)]


def read_turn(turn: object, number: int, role: str, content: str) -> Turn:
    """Read one turn; its other fields are not kept."""
    if not isinstance(turn, Mapping) or role not in turn:
        raise RowError(f"turn without '{role}' (turn {number})")
    speaker = ROLES.get(str(turn[role]).lower())
    if speaker is None:
        raise RowError(f"unknown role ({str(turn[role])[:40]!r}, turn {number})")
    text = text_of(turn.get(content), f"'{content}' of a turn")
    if text is None or not (text.strip() or speaker == "system"):
        raise RowError(f"empty turn (turn {number})")
    return {"role": speaker, "content": text}


def exchange(turns: Sequence[Turn], system: str = "") -> dict[str, str]:
    """Split a chat into its first exchange, its system text and the later turns."""
    if turns and turns[0]["role"] == "system":
        if system not in ("", turns[0]["content"]):
            raise RowError("two different system texts")
        system, turns = turns[0]["content"], turns[1:]
    if [turn["role"] for turn in turns[:2]] != ["user", "assistant"]:
        raise RowError("chat does not begin with user and assistant")
    if turns[-1]["role"] != "assistant":
        raise RowError("chat does not end with the assistant")
    return {
        "instruction": turns[0]["content"],
        "response": turns[1]["content"],
        "system": system,
        "more": json.dumps(turns[2:], ensure_ascii=False) if turns[2:] else "",
    }
