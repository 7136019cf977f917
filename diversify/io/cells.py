"""Rows of CSV and TSV files, with a header or without."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from diversify.curation.ingest import Reject, reject
from diversify.curation.layouts import HEADER_WORDS
from diversify.errors import DataError
from diversify.io.streams import open_text

HEAD_LINES = 1000
"""Lines looked at to tell a quoted TSV from one that merely contains quotes."""
NAME = re.compile(r"[\w ./()#-]*")
"""What a column may be called; one such as a table's index may be called nothing."""

Line = tuple[int, list[str]] | Reject


def read_csv(path: Path, named: Collection[str]) -> Iterator[tuple[int, dict[str, Any]] | Reject]:
    """Read comma-separated rows; cells may be quoted and hold line ends."""
    return named_cells(path, quoted_lines(path, ","), named)


def read_tsv(path: Path, named: Collection[str]) -> Iterator[tuple[int, dict[str, Any]] | Reject]:
    """Read tab-separated rows; a quote is a character like any other unless cells are quoted."""
    lines = quoted_lines(path, "\t") if is_quoted(path) else plain_lines(path)
    return named_cells(path, lines, named)


def named_cells(
    path: Path, lines: Iterable[Line], named: Collection[str]
) -> Iterator[tuple[int, dict[str, Any]] | Reject]:
    """Name each line's cells by the header, or by their numbers where there is none."""
    names: list[str] | None = None
    for item in lines:
        if isinstance(item, Reject):
            yield item
            continue
        line, cells = item
        if names is None:
            header = [cell.strip() for cell in cells]
            if is_header(header, named):
                names = distinct(header, path)
                continue
            names = [str(number) for number in range(1, len(cells) + 1)]
        if len(cells) == len(names):
            yield line, dict(zip(names, cells, strict=True))
        else:
            reason = f"wrong number of cells ({len(cells)} instead of {len(names)})"
            yield reject(cells, reason, str(path), line)


def is_header(cells: list[str], named: Collection[str]) -> bool:
    """Say whether a first line names fields: all its cells look like names, and one is known."""
    if any(cell in named for cell in cells):
        return True
    words = {cell.lower() for cell in cells}
    return all(map(NAME.fullmatch, cells)) and not words.isdisjoint(HEADER_WORDS)


def distinct(header: list[str], path: Path) -> list[str]:
    """Give a header back after checking that it names no column twice."""
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise DataError(f"{path}: the header names {twice[0]!r} twice; rename one of the columns")
    return header


def plain_lines(path: Path) -> Iterator[Line]:
    """Split lines at tabs and nowhere else."""
    with open_text(path) as stream:
        for number, line in enumerate(stream, start=1):
            text = line.removesuffix("\n").removesuffix("\r")
            if text:
                yield number, text.split("\t")


def quoted_lines(path: Path, delimiter: str) -> Iterator[Line]:
    """Split rows by the csv module, strictly: an open quote must not swallow the rows below."""
    with open_text(path, newline="") as stream:
        lines: list[str] = []
        reader = csv_reader(remembered(stream, lines), delimiter)
        while True:
            lines.clear()
            start = reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield reject("".join(lines), f"broken quotes ({error})", str(path), start)
                continue
            if cells is None:
                return
            if cells:
                yield start, cells


def csv_reader(lines: Iterable[str], delimiter: str) -> Any:
    """Open a strict csv reader, for cells of any length."""
    csv.field_size_limit(2**31 - 1)
    return csv.reader(lines, delimiter=delimiter, strict=True)


def remembered(stream: Iterable[str], lines: list[str]) -> Iterator[str]:
    """Hand lines through and remember them, so that a broken row can be shown."""
    for line in stream:
        lines.append(line)
        yield line


def is_quoted(path: Path) -> bool:
    """Say whether a TSV quotes its cells: some begin with a quote, and strict reading agrees."""
    with open_text(path, newline="") as stream:
        head = list(islice(stream, HEAD_LINES))
    reader = csv_reader(head, "\t")
    widths: set[int] = set()
    lines_read = 0
    try:
        for cells in filter(None, reader):
            widths.add(len(cells))
            lines_read = reader.line_num
    except csv.Error as error:
        # a quote may be open at the end only because the head ends there
        if "end of data" not in str(error) or len(head) < HEAD_LINES:
            return False
    return len(widths) == 1 and any(has_opening_quote(line) for line in head[:lines_read])


def has_opening_quote(line: str) -> bool:
    """Say whether a cell of a tab-separated line begins with a quote."""
    return line.startswith('"') or '\t"' in line
