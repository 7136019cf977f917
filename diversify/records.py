"""One instruction row, the columns it travels in, and the hashes that name it."""

import hashlib
import html
import json
import re
import unicodedata
from dataclasses import dataclass, fields

ESCAPED_SPACE = re.compile(r"\\[nrt]")


@dataclass(frozen=True, slots=True)
class Record:
    """One training row: a first exchange, what surrounds it, and where it came from."""

    source: str
    """Name of the source, as the user gave it or the file's stem."""
    file: str
    """Path of the file, as the user gave it."""
    line: int
    """1-based line of a text file, or 1-based row of an array or table."""
    instruction: str
    response: str
    input: str = ""
    system: str = ""
    more: str = ""
    """Later turns of a chat: a JSON list of {"role", "content"}; empty for a single exchange."""
    meta: str = ""
    """The fields that were not recognised, as a JSON object; empty when there were none."""
    revision: str = ""
    """Which version of the file: a commit hash, or "sha256:" and 16 digits of the file's hash."""
    licence: str = ""
    """Licence of the source, as the user or its data card states it; empty when neither does."""

    @property
    def id(self) -> str:
        """Content hash: 32 hexadecimal digits over what a model would be trained on."""
        parts = [self.system, self.instruction, self.input, self.response, self.more]
        return digest(json.dumps(parts, ensure_ascii=False))


COLUMNS = ("id", *(field.name for field in fields(Record)))
"""Columns of the row tables between stages, in order."""


def digest(text: str) -> str:
    """Name a text by 32 hexadecimal digits (the first half of its SHA-256)."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def same_key(instruction: str, input: str) -> str:
    """Give two rows the same key when they ask the same thing.

    Instruction and input are unescaped (HTML entities, and the two characters of an escaped
    newline or tab), normalised by NFKC and their whitespace folded; the answer plays no part.
    """
    return digest("\x1f".join(folded(part) for part in (instruction, input)))


def folded(text: str) -> str:
    """Unescape, apply NFKC and fold each run of whitespace into one space."""
    if text.isascii() and "&" not in text and "\\" not in text:  # most texts: nothing to undo
        return " ".join(text.split())
    unescaped = ESCAPED_SPACE.sub(" ", html.unescape(text))
    return " ".join(unicodedata.normalize("NFKC", unescaped).split())


def prompt_text(instruction: str, input: str) -> str:
    """Join instruction and input as one user turn, a blank line between them."""
    return f"{instruction}\n\n{input}" if input else instruction
