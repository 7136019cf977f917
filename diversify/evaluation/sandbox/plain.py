"""Values in JSON, exact in value and type: the only thing that leaves the sandbox.

This module also runs inside the sandbox, so it imports nothing but the standard library.
"""

import hashlib
import json
import marshal
import math
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

Plain = Any
"""What JSON holds: null, true, a text, a small number, or ["name of a type", parts...]."""

EXACT = 1 << 53
"""Integers from here on are spelled in hexadecimal, which is read in linear time."""
DEEPEST = 100
"""Levels of nesting at most."""
LONGEST_NAME = 100
PIECE = 1 << 16
"""Members of a sequence that are hashed at a time."""

NAMES: dict[Any, str] = {
    list: "list", tuple: "tuple", set: "set", frozenset: "frozenset", deque: "deque",
    dict: "dict", Counter: "counter", OrderedDict: "ordered", defaultdict: "default",
}  # fmt: skip
"""Types of many parts -> how they are spelled."""
COPIES: dict[Any, Any] = {
    int: int.__int__, float: float.__float__, complex: complex.__complex__,
    str: str.__str__, bytes: bytes.__bytes__,
}  # fmt: skip
"""Types of one part -> how an object of a derived type becomes one of them."""
BASES = (list, tuple, set, frozenset, dict, *COPIES)
"""Types whose derived ones count by their plain content, whatever methods they override."""


class TooLargeError(Exception):
    """A value has more parts or text than there is room for."""


class Room:
    """How much may still be written, in characters."""

    def __init__(self, left: int) -> None:
        """Take the number of characters."""
        self.left = left

    def take(self, characters: int) -> None:
        """Use some of it.

        Raises:
            TooLargeError: there is none left.
        """
        self.left -= characters
        if self.left < 0:
            raise TooLargeError


def plain(value: Any, room: Room, depth: int = 0) -> Plain:
    """Give a value as JSON holds it; no method that its type overrides is called.

    Raises:
        TooLargeError: it does not fit into the room.
    """
    kind = type(value)
    room.take(8)
    if value is None or kind is bool:
        return value
    if depth > DEEPEST:
        return ["else", "nested too deep"]
    if kind is str:
        room.take(len(json.encoder.encode_basestring_ascii(value)))
        return value
    if kind is int:
        return _integer(value, room)
    if kind is float:
        room.take(16)
        return value if math.isfinite(value) else ["float", repr(value)]
    if kind in NAMES:
        return [NAMES[kind], *_parts(kind, value, room, depth)]
    room.take(LONGEST_NAME)
    try:
        return _rarer(kind, value, room, depth)
    except TooLargeError:
        raise
    except Exception:
        return ["else", name_of(kind)]


def _integer(value: int, room: Room) -> Plain:
    if -EXACT < value < EXACT:
        return value
    room.take(value.bit_length() // 4)
    return ["int", hex(value)]


def _parts(base: Any, value: Any, room: Room, depth: int) -> list[Plain]:
    """Give the members of a sequence or a set, or a mapping's keys and values in turn."""
    if issubclass(base, dict):
        members = (one for pair in dict.items(value) for one in pair)
    else:
        members = base.__iter__(value)
    return [plain(member, room, depth + 1) for member in members]


def _rarer(kind: Any, value: Any, room: Room, depth: int) -> Plain:
    if kind is complex:
        return ["complex", repr(value.real), repr(value.imag)]
    if kind in (bytes, bytearray):
        room.take(2 * len(value))
        return [kind.__name__, value.hex()]
    if kind is range:
        return ["range", *(plain(part, room) for part in (value.start, value.stop, value.step))]
    for module, name in (("decimal", "Decimal"), ("fractions", "Fraction")):
        if kind is getattr(sys.modules.get(module), name, None):
            text = str(value)
            room.take(len(text))
            return [name, text]
    numeric = _numeric(kind, value, room, depth)
    return numeric if numeric is not None else _derived(kind, value, room, depth)


def _numeric(kind: Any, value: Any, room: Room, depth: int) -> Plain:
    """Give a number of NumPy's, if the program has imported that."""
    numpy = sys.modules.get("numpy")
    if numpy and issubclass(kind, numpy.generic):
        number = value.item()
        if type(number) in (bool, int, float, complex):
            return ["scalar", value.dtype.name, plain(number, room, depth + 1)]
    # an array of any other size is equal to nothing, or to no one knows what
    if numpy and kind is numpy.ndarray and value.size == 1:
        return ["array", value.ndim, plain(value.reshape(-1)[0], room, depth + 1)]
    return None


def _derived(kind: Any, value: Any, room: Room, depth: int) -> Plain:
    """Give an object of a derived type by the content that it has as one of the base."""
    for base in BASES:
        if issubclass(kind, base):
            if base in COPIES:
                content = plain(COPIES[base](value), room, depth + 1)
            else:
                content = [NAMES[base], *_parts(base, value, room, depth)]
            return ["sub", name_of(kind), content]
    return ["else", name_of(kind)]


def digest(value: Any) -> Plain:
    """Give the hash of a value that is too large to be told: of its content and all exact types.

    It is made piece by piece, so that it takes little memory beside the value's.

    Raises:
        ValueError: a part of it is of another type than the builtin ones.
    """
    made = hashlib.sha256(f"{name_of(type(value))} ".encode())
    is_sequence = type(value) in (list, tuple)
    for first in range(0, len(value), PIECE) if is_sequence else [0]:
        # version 2 writes equal values in equal bytes, whichever of them are one object
        made.update(marshal.dumps(value[first : first + PIECE] if is_sequence else value, 2))
    return ["digest", made.hexdigest()]


def name_of(kind: Any) -> str:
    """Name a type."""
    return type.__repr__(kind)[:LONGEST_NAME]


def as_line(message: list[Plain]) -> bytes:
    """Spell a message as a line of JSON in ASCII."""
    return json.dumps(message, allow_nan=False).encode("ascii") + b"\n"
