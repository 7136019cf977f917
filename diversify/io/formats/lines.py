"""Lines of a text file, none of them held beyond its longest length."""

from collections.abc import Iterator
from functools import partial
from typing import TextIO

from diversify.curation.ingest import Reject, reject
from diversify.io.formats.streams import PIECE, InputFile, open_text


def text_lines(file: InputFile, longest: int) -> Iterator[tuple[int, str] | Reject]:
    """Read lines with their numbers; one that is too long is rejected without being held.

    Raises:
        DataError: the file cannot be read as text.
    """
    with open_text(file) as stream:
        read = iter(partial(stream.readline, longest + 1), "")
        for number, line in enumerate(read, start=1):
            if len(line) <= longest or line.endswith("\n"):
                yield number, line
                continue
            pass_over_line(stream)
            yield too_long(line, file, number, longest)


def pass_over_line(stream: TextIO) -> None:
    """Read to the end of a line that has begun."""
    for piece in iter(partial(stream.readline, PIECE), ""):
        if piece.endswith("\n"):
            return


def too_long(text: str, file: InputFile, number: int, longest: int) -> Reject:
    """Reject a row that was not read to its end."""
    return reject(text, f"too long (more than {longest} characters)", str(file), number)
