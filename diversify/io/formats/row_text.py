"""The text of one row of cells after the other, for a csv reader that would take any length."""

from collections.abc import Iterator
from typing import TextIO

from diversify.curation.ingest import TEXT
from diversify.io.formats.streams import PIECE

ENDS = ("\n", "\r")


class RowTooLongError(Exception):
    """A row of cells has more characters than a row may have."""


class RowText(Iterator[str]):
    """Lines for a csv reader, counted row by row; only how a row begins is remembered."""

    def __init__(self, stream: TextIO, longest: int) -> None:
        """Begin at the first line of a stream."""
        self.stream = stream
        self.longest = longest
        self.number = 0
        self.begin_row()

    def begin_row(self) -> int:
        """Forget the row before; give the number of the line that comes next."""
        self.beginning = self.last = ""
        self.quotes = 0
        self.room = self.longest
        return self.number + 1

    def __next__(self) -> str:
        """Give the next line.

        Raises:
            RowTooLongError: the row has more characters than it may have.
        """
        line = self.read(self.room + 1)
        if not line:
            raise StopIteration
        if len(self.beginning) < TEXT:
            self.beginning += line[:TEXT]
        self.room -= len(line)
        if self.room < 0:
            raise RowTooLongError
        return line

    def pass_over(self) -> None:
        """Read to the end of the row: the first line end that no open quote encloses."""
        while self.last and not (self.last.endswith(ENDS) and self.quotes % 2 == 0):
            self.read(PIECE)

    def read(self, most: int) -> str:
        """Read a line, or as much of it as is allowed."""
        self.last = self.stream.readline(most)
        self.quotes += self.last.count('"')
        self.number += self.last.endswith(ENDS)
        return self.last
