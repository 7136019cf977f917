"""Rows of CSV and TSV files, with a header or without."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Any

from diversify.curation.ingest import Reject, reject
from diversify.curation.reading.layouts import HEADER_WORDS
from diversify.errors import DataError
from diversify.io.formats.lines import text_lines, too_long
from diversify.io.formats.row_text import RowText, RowTooLongError
from diversify.io.formats.streams import InputFile, open_text

HEAD_LINES, HEAD_CHARACTERS = 1000, 1 << 24
"""Most lines and characters looked at to tell a quoted TSV from one that merely contains quotes."""
NAME = re.compile(r"[\w ./()#-]*")
"""What a column may be called; one such as a table's index may be called nothing."""

Line = tuple[int, list[str]] | Reject
NamedRow = tuple[int, dict[str, Any]] | Reject


def read_csv(file: InputFile, named: Collection[str], longest: int) -> Iterator[NamedRow]:
    """Read comma-separated rows; cells may be quoted and hold line ends."""
    return named_cells(file, quoted_lines(file, ",", longest), named)


def read_tsv(file: InputFile, named: Collection[str], longest: int) -> Iterator[NamedRow]:
    """Read tab-separated rows; a quote is a character like any other unless cells are quoted."""
    quoted = is_quoted(file)
    lines = quoted_lines(file, "\t", longest) if quoted else plain_lines(file, longest)
    return named_cells(file, lines, named)


def named_cells(
    file: InputFile, lines: Iterable[Line], named: Collection[str]
) -> Iterator[NamedRow]:
    """Name each line's cells by the header, or by their numbers where there is none."""
    names: list[str] | None = None
    for item in lines:
        if isinstance(item, Reject):
            if names is None:
                raise DataError(f"{item}; the first line may be the header, so it must be whole")
            yield item
            continue
        line, cells = item
        if names is None:
            header = [cell.strip() for cell in cells]
            if is_header(header, named):
                names = distinct(header, file)
                continue
            names = [str(number) for number in range(1, len(cells) + 1)]
        if len(cells) == len(names):
            yield line, dict(zip(names, cells, strict=True))
        else:
            reason = f"wrong number of cells ({len(cells)} instead of {len(names)})"
            yield reject(cells, reason, str(file), line)


def is_header(cells: list[str], named: Collection[str]) -> bool:
    """Say whether a first line names fields: all its cells look like names, and one is known."""
    if any(cell in named for cell in cells):
        return True
    words = {cell.lower() for cell in cells}
    return all(map(NAME.fullmatch, cells)) and not words.isdisjoint(HEADER_WORDS)


def distinct(header: list[str], file: InputFile) -> list[str]:
    """Give a header back after checking that it names no column twice."""
    twice = sorted(name for name, times in Counter(header).items() if times > 1)
    if twice:
        raise DataError(
            f"{file}: the header names {twice[0][:40]!r} twice; rename one of the columns"
        )
    return header


def plain_lines(file: InputFile, longest: int) -> Iterator[Line]:
    """Split lines at tabs and nowhere else."""
    for item in text_lines(file, longest):
        if isinstance(item, Reject):
            yield item
            continue
        number, line = item
        text = line.removesuffix("\n").removesuffix("\r")
        if text:
            yield number, text.split("\t")


def quoted_lines(file: InputFile, delimiter: str, longest: int) -> Iterator[Line]:
    """Split rows by the csv module, strictly: an open quote must not swallow the rows below."""
    with open_text(file, newline="") as stream:
        text = RowText(stream, longest)
        reader = csv_reader(text, delimiter)
        while True:
            start = text.begin_row()
            try:
                cells = next(reader, None)
            except RowTooLongError:
                text.pass_over()
                yield too_long(text.beginning, file, start, longest)
                continue
            except csv.Error as error:
                yield reject(text.beginning, f"broken quotes ({error})", str(file), start)
                continue
            if cells is None:
                return
            if cells:
                yield start, cells


def csv_reader(lines: Iterable[str], delimiter: str) -> Any:
    """Open a strict csv reader, for cells of any length."""
    csv.field_size_limit(2**31 - 1)
    return csv.reader(lines, delimiter=delimiter, strict=True)


def is_quoted(file: InputFile) -> bool:
    """Say whether a TSV quotes its cells: some begin with a quote, and strict reading agrees."""
    head, ends_there = head_lines(file)
    reader = csv_reader(head, "\t")
    widths: set[int] = set()
    lines_read = 0
    try:
        for cells in filter(None, reader):
            widths.add(len(cells))
            lines_read = reader.line_num
    except csv.Error as error:
        # a quote may be open at the end only because the head ends there
        if "end of data" not in str(error) or ends_there:
            return False
    return len(widths) == 1 and any(has_opening_quote(line) for line in head[:lines_read])


def head_lines(file: InputFile) -> tuple[list[str], bool]:
    """Give a file's first lines, and whether there are no others."""
    head: list[str] = []
    room = HEAD_CHARACTERS
    with open_text(file, newline="") as stream:
        for line in iter(partial(stream.readline, room), ""):
            head.append(line)
            room -= len(line)
            if len(head) == HEAD_LINES or room <= 0:
                return head, False
    return head, True


def has_opening_quote(line: str) -> bool:
    """Say whether a cell of a tab-separated line begins with a quote."""
    return line.startswith('"') or '\t"' in line
