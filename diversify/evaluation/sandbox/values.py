"""Plain values out of JSON: whatever a sandbox says is hostile, so each value is built anew.

Only values of listed types are built, of bounded size and depth, and anything else is refused.
This module also runs inside the sandbox, so it imports nothing but the standard library by itself.
"""

import json
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any, NamedTuple

from diversify.evaluation.sandbox.plain import DEEPEST, LONGEST_NAME, Plain, name_of

MOST_MEMBERS = 20_000
"""Members of a set, or keys of a dict, at most: a hostile choice of them makes each one as dear as
all before it together."""

SEQUENCES: dict[str, Any] = {
    "list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "deque": deque,
}  # fmt: skip
MAPPINGS: dict[str, Any] = {
    "dict": dict, "counter": Counter, "ordered": OrderedDict,
    "default": lambda pairs: defaultdict(None, pairs),
}  # fmt: skip
HASHED = {"set", "frozenset", *MAPPINGS}
"""Types that find their members by hash."""
SCALARS = {
    "bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
    "float16", "float32", "float64", "complex64", "complex128",
}  # fmt: skip
"""Types of NumPy that are built."""


class SomethingElse:
    """Stands for a value of a type that is not listed; equals nothing."""

    def __init__(self, name: str) -> None:
        """Take the name of its type."""
        self.name = name

    def __repr__(self) -> str:
        """Show the name of the type."""
        return self.name


class Digest(NamedTuple):
    """Stands for a value that is too large to be told; equals that of an equal value."""

    sha256: str


class Output(NamedTuple):
    """What a call returned."""

    value: Any
    kind: str
    """Name of its exact type; `value` may be of the listed type that it is derived from."""


def read_json(text: bytes) -> Plain:
    """Read JSON without its extensions NaN and Infinity.

    Raises:
        ValueError: it is something else, or nested too deep.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def output_of(given: Plain) -> Output:
    """Build what a call returned.

    Raises:
        ValueError: it is spelled in no way that `plain` would.
    """
    if isinstance(given, list) and len(given) == 2 and given[0] == "digest":
        return Output(Digest(_text(given[1])), "digest")
    value = value_of(given)
    derived = isinstance(given, list) and given[0] == "sub"
    return Output(value, given[1] if derived else name_of(type(value)))


def value_of(given: Plain, depth: int = 0) -> Any:
    """Build a value out of its plain form.

    Raises:
        ValueError: it is spelled in no way that `plain` would.
    """
    if given is None or isinstance(given, bool | int | float | str):
        return given
    if depth > DEEPEST + 2 or not isinstance(given, list) or not given:
        raise ValueError("not a plain value")
    name, *parts = given
    try:
        if name in HASHED and len(parts) > 2 * MOST_MEMBERS:
            raise ValueError("too many members")
        if name in SEQUENCES or name in MAPPINGS:
            members = [value_of(part, depth + 1) for part in parts]
            if name in SEQUENCES:
                return SEQUENCES[name](members)
            return MAPPINGS[name](dict(zip(members[::2], members[1::2], strict=True)))
        return _single(name, parts, depth)
    except (TypeError, ArithmeticError, IndexError, MemoryError) as error:
        raise ValueError("not a plain value") from error


def _single(name: str, parts: list[Plain], depth: int) -> Any:
    """Build a value that is no container."""
    if name == "sub":
        kind, content = parts
        _text(kind)
        return value_of(content, depth + 1)
    if name == "range":
        return range(*(value_of(part, depth + 1) for part in parts))
    if name == "complex":
        real, imaginary = parts
        return complex(float(_text(real)), float(_text(imaginary)))
    if name in ("scalar", "array"):
        kind, content = parts
        return _numeric(name, kind, value_of(content, depth + 1))
    (part,) = parts
    return _of_text(name, _text(part))


def _of_text(name: str, text: str) -> Any:
    """Build a value that is spelled in one text."""
    if name == "int":
        return int(text, 16)
    if name == "float":
        return float(text)
    if name in ("bytes", "bytearray"):
        raw = bytes.fromhex(text)
        return raw if name == "bytes" else bytearray(raw)
    if name == "else":
        return SomethingElse(text[:LONGEST_NAME])
    return _of_library(name, text)


def _of_library(name: str, text: str) -> Any:
    """Build a number of the standard library's."""
    if name == "Decimal":
        from decimal import Decimal

        return Decimal(text)
    if name == "Fraction":
        from fractions import Fraction

        numerator, _, denominator = text.partition("/")
        return Fraction(int(numerator), int(denominator or 1))
    raise ValueError("not a plain value")


def _numeric(name: str, kind: Plain, number: Any) -> Any:
    """Build a number of NumPy's, or an array of one."""
    import numpy

    if name == "scalar" and kind in SCALARS and type(number) in (bool, int, float, complex):
        return numpy.dtype(kind).type(number)
    if name == "array" and kind in range(33) and isinstance(number, numpy.generic | bool):
        return numpy.asarray(number).reshape((1,) * kind)
    raise ValueError("not a plain value")


def _text(part: Plain) -> str:
    if not isinstance(part, str):
        raise ValueError("not a plain value")
    return part
