"""Rows of JSON: one object per line, or the array of a document."""

from collections.abc import Iterator, Mapping
from typing import Any

from diversify.curation.ingest import Reject, reject
from diversify.curation.reading.layouts import recognise
from diversify.errors import DataError
from diversify.io.formats.json_decoder import DECODER
from diversify.io.formats.json_window import BadValue, Window, elements, members
from diversify.io.formats.lines import text_lines
from diversify.io.formats.streams import InputFile, open_text

RawRow = tuple[int, dict[str, Any]] | Reject
"""A row with its 1-based line (or row number), or a line that is none."""


def read_jsonl(file: InputFile, longest: int) -> Iterator[RawRow]:
    """Read one JSON object per line; blank lines are no rows.

    Raises:
        DataError: the file cannot be read as text.
    """
    for item in text_lines(file, longest):
        if isinstance(item, Reject):
            yield item
            continue
        line, text = item
        if not text.strip():
            continue
        try:
            value = DECODER.decode(text)
        except (ValueError, RecursionError) as error:
            yield reject(text.rstrip("\r\n"), f"not JSON ({error})", str(file), line)
            continue
        yield row_or_reject(value, file, line)


def read_json(file: InputFile, columns: Mapping[str, str], longest: int) -> Iterator[RawRow]:
    """Read an array of objects, the one such array in an object, or an object that is a row.

    Only the row at work is held in memory; an object that may be a row is read as a whole if it is
    no longer than a row may be.

    Raises:
        DataError: the file is no JSON, or holds no such array.
    """
    try:
        with open_text(file) as stream:
            window = Window(stream, longest)
            is_object = window.peek() == "{"
            if not is_object:
                yield from numbered(array_alone(window, file), file)
        if is_object:
            yield from read_object(file, columns, longest)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{file}: not JSON ({error})") from error


def array_alone(window: Window, file: InputFile) -> Iterator[Any]:
    """Read the elements of a document that is an array and nothing else."""
    if window.peek() == "[":
        yield from elements(window)
        window.take("")
        return
    window.value()
    window.take("")
    raise DataError(no_array(file))


def read_object(file: InputFile, columns: Mapping[str, str], longest: int) -> Iterator[RawRow]:
    """Read a document that is an object: a row, or the holder of one array of objects."""
    with open_text(file) as stream:
        row = as_row(stream.read(longest + 1), columns, longest)
    if row is not None:
        yield 1, row
        return
    with open_text(file) as stream:
        name = name_of_array(Window(stream, longest), file)
    with open_text(file) as stream:
        yield from numbered(array_under(name, Window(stream, longest)), file)


def as_row(text: str, columns: Mapping[str, str], longest: int) -> dict[str, Any] | None:
    """Give a document as a row if it is one and not too long."""
    try:
        document = DECODER.decode(text) if len(text) <= longest else None
    except (ValueError, RecursionError):
        return None  # whoever looks for its array finds the fault
    return document if isinstance(document, dict) and recognise(document, columns) else None


def name_of_array(window: Window, file: InputFile) -> str:
    """Find the one member of an object that is an array of objects."""
    names = []
    for name in members(window):
        if window.peek() != "[":
            window.value()
        elif {isinstance(value, dict | BadValue) for value in elements(window)} == {True}:
            names.append(name)
    window.take("")
    if len(names) != 1:
        raise DataError(no_array(file))
    return names[0]


def array_under(name: str, window: Window) -> Iterator[Any]:
    """Read the elements of the array that an object holds under a name."""
    for member in members(window):
        if member == name:
            yield from elements(window)
        else:
            window.value()


def no_array(file: InputFile) -> str:
    """Say what was expected of a document."""
    return f"{file}: expected a JSON array of objects, or one object that holds one"


def numbered(values: Iterator[Any], file: InputFile) -> Iterator[RawRow]:
    """Give the elements of an array as rows, with their numbers."""
    for number, value in enumerate(values, start=1):
        if isinstance(value, BadValue):
            yield reject(value.text, value.reason, str(file), number)
        else:
            yield row_or_reject(value, file, number)


def row_or_reject(value: object, file: InputFile, line: int) -> RawRow:
    """Give a JSON value as a row if it is an object."""
    if isinstance(value, dict):
        return line, value
    return reject(value, "not an object", str(file), line)
