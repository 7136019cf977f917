"""JSON documents of any size, an element at a time: a window of text that moves forward.

The standard decoder reads each element, so that a file of any size means what `json.load` makes
of it: numbers of any length, NaN, and half surrogate pairs, which are rejected row by row instead
of being changed unsaid. Memory is bounded by twice the longest element that is allowed.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from diversify.io.formats.json_decoder import DECODER

BLANKS = re.compile(r"[ \t\n\r]*")
MARK = re.compile(r'["\[\]{},\\]')
LOOK_AHEAD = 16
"""Characters that can change what stands before them: as many as \\uXXXX\\uXXXX has, and more."""
PIECE = 1 << 20
"""Characters read at a time."""


class BadValue:
    """In place of a value that was passed over: why, and how it begins."""

    def __init__(self, reason: str, text: str) -> None:
        """Keep the reason and the beginning."""
        self.reason, self.text = reason, text[:PIECE]


class Window:
    """A text read from front to back, of which only the part at work is held."""

    def __init__(self, stream: TextIO, longest: int) -> None:
        """Begin at the first character; values longer than `longest` are passed over."""
        self.stream = stream
        self.longest = longest
        self.text = ""
        self.at = 0
        self.ended = False
        self.passed, self.line, self.column = 0, 1, 1  # of the first character that is held

    def peek(self) -> str:
        """Give the next character that is not blank, or nothing at the end."""
        while True:
            blanks = BLANKS.match(self.text, self.at)
            self.at = blanks.end() if blanks else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, mark: str) -> None:
        """Step over a mark that must come next.

        Raises:
            ValueError: another character does.
        """
        if self.peek() != mark:
            what = f"Expecting {mark!r} delimiter" if mark else "Extra data"
            raise self.fault(what, self.at)
        self.at += len(mark)

    def value(self) -> Any:
        """Read a value; a `BadValue` stands for one that is too long or cannot be held.

        Raises:
            ValueError: there is none, or it is no JSON.
        """
        if self.peek() in ("", ",", "]", "}"):
            raise self.fault("Expecting value", self.at)
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self.ended or self.is_final(error):
                    raise self.fault(error.msg, error.pos) from error
            except (ValueError, RecursionError) as error:
                return self.passed_over(f"not JSON ({error})")
            else:
                # a number may go on beyond the window: 1 is read where 1.5e3 is cut off behind 1.
                if end + LOOK_AHEAD < len(self.text) or self.ended:
                    start, self.at = self.at, end
                    return value if end - start <= self.longest else self.too_long(start)
            if len(self.text) - self.at > self.longest:
                return self.passed_over(self.too_long(self.at).reason)
            self.more()

    def too_long(self, start: int) -> BadValue:
        """Refuse a value of more characters than are allowed."""
        reason = f"too long (more than {self.longest} characters)"
        return BadValue(reason, self.text[start : start + PIECE])

    def is_final(self, error: json.JSONDecodeError) -> bool:
        """Say whether a fault would stay one if more of the text were read."""
        open_string = error.msg.startswith("Unterminated string")
        return not open_string and error.pos + LOOK_AHEAD < len(self.text)

    def passed_over(self, reason: str) -> BadValue:
        """Go to the mark behind a value without holding it."""
        bad = BadValue(reason, self.text[self.at : self.at + PIECE])
        depth, inside, escaped = 0, False, -1
        while self.at < len(self.text) or self.more():
            for found in MARK.finditer(self.text, self.at):
                mark, place = found.group(), found.start()
                if place == escaped:
                    continue
                if mark == "\\":
                    escaped = place + 1
                elif inside or mark == '"':
                    inside = not inside if mark == '"' else inside
                elif depth == 0 and mark in ",]}":
                    self.at = place
                    return bad
                else:
                    depth += (mark in "[{") - (mark in "]}")
            # what the last character escapes is the first of the next piece
            escaped = 0 if escaped == len(self.text) else -1
            self.at = len(self.text)
        return bad

    def more(self) -> bool:
        """Read on: what lies behind is let go, and what is held is doubled."""
        gone = self.text[: self.at]
        self.passed += len(gone)
        if "\n" in gone:
            self.line += gone.count("\n")
            self.column = len(gone) - gone.rindex("\n")
        else:
            self.column += len(gone)
        held = self.text[self.at :]
        piece = self.stream.read(max(PIECE, len(held)))
        self.text, self.at = held + piece, 0
        self.ended = not piece
        return bool(piece)

    def fault(self, what: str, position: int) -> ValueError:
        """Word a fault as the standard decoder does, by its place in the whole text."""
        before = self.text[:position]
        line = self.line + before.count("\n")
        column = len(before) - before.rindex("\n") if "\n" in before else self.column + position
        place = f"line {line} column {column} (char {self.passed + position})"
        return ValueError(f"{what}: {place}")


def elements(window: Window) -> Iterator[Any]:
    """Read the elements of the array that comes next.

    Raises:
        ValueError: it is no JSON array.
    """
    window.take("[")
    if window.peek() != "]":
        yield window.value()
        while window.peek() != "]":
            window.take(",")
            yield window.value()
    window.take("]")


def members(window: Window) -> Iterator[str]:
    """Read the keys of the object that comes next; the caller reads each value before going on.

    Raises:
        ValueError: it is no JSON object, or names a key twice.
    """
    window.take("{")
    seen: set[str] = set()
    while window.peek() != "}":
        if seen:
            window.take(",")
        if window.peek() != '"':
            raise window.fault("Expecting property name enclosed in double quotes", window.at)
        key = window.value()
        if isinstance(key, BadValue):
            raise ValueError(f"a key is {key.reason}")
        if key in seen:
            raise ValueError(f"key {key[:40]!r} stands there twice")
        seen.add(key)
        window.take(":")
        yield key
    window.take("}")
