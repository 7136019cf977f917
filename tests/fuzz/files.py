"""Hostile files: rows in any format, and what can happen to a file on its way."""

import codecs
import csv
import gzip
import io
import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from . import rows as made
from .rows import Row, Texts

HALF = re.compile("[\ud800-\udfff]")

WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
"""How text in wide characters begins."""


@dataclass(frozen=True)
class Case:
    """A file that someone might give, and what is known of it."""

    seed: int
    format: str
    name: str
    data: bytes
    rows: int | None
    """How many rows it holds, if that can be said."""
    texts: tuple[Texts, ...] = ()
    """Texts that must be read in this order, perhaps with others between them."""
    columns: dict[str, str] = field(default_factory=dict)
    packed: bool = False
    place: str = "file"
    """How it lies on the disk: a file, a link to it, a loop, a pipe ..."""
    kinds: tuple[str, ...] = ()
    """What was done to it."""

    def unknown(self, kind: str, data: bytes) -> "Case":
        """Say nothing any more about the rows of a file whose bytes were changed."""
        return replace(self, data=data, rows=None, texts=(), kinds=(*self.kinds, kind))

    def same(self, kind: str, data: bytes, **changed: Any) -> "Case":
        """Change the bytes in a way that must change nothing else."""
        return replace(self, data=data, kinds=(*self.kinds, kind), **changed)


def hostile(seed: int) -> Case:
    """Make the case of a seed: rows, some of them spoiled, in a format, and that spoiled too."""
    rng = random.Random(seed)
    layout = rng.choice(made.LAYOUTS)
    count = rng.choice((1, 1, 2, 3, 5, 8, 30))
    rows = made.good_rows(rng, layout, count)
    kinds = []
    if rng.random() < 0.6:
        for place in rng.sample(range(count), rng.randint(1, min(3, count))):
            kind, rows[place] = made.spoil(rows[place], rng)
            kinds.append(kind)
    rows = claims_that_hold(rows, layout)
    formats = [jsonl, array, document, parquet]
    if layout in made.FLAT and all(is_flat(row) for row in rows):
        formats += [comma_separated, tab_separated, comma_separated, tab_separated]
    case = rng.choice(formats)(rows, rng, Case(seed, "", "", b"", None, kinds=tuple(kinds)))
    if layout is made.named:
        case = replace(case, columns=made.COLUMNS)
    for _ in range(rng.choice((0, 0, 0, 0, 0, 1, 1, 2))):
        case = tampered(case, rng)
    case = packed(case, rng) if rng.random() < 0.4 else case
    return misplaced(case, rng) if rng.random() < 0.06 else case


def claims_that_hold(rows: list[Row], layout: Any) -> list[Row]:
    """Claim nothing of any row when the first one may decide for another layout."""
    if rows[0].texts is not None and rows[0].value.keys() >= layout(random.Random(0)).value.keys():
        return [row if row.value and same_kind(row, rows[0]) else unclaimed(row) for row in rows]
    return [unclaimed(row) for row in rows]


def unclaimed(row: Row) -> Row:
    return replace(row, texts=None)


def same_kind(row: Row, first: Row) -> bool:
    """Say whether a row has the fields of the first that decide, none of them of another layout."""
    odd = {"note"}
    known = {name for name in first.value if not name.startswith("column ")} - odd
    return isinstance(row.value, dict) and known <= row.value.keys()


def is_flat(row: Row) -> bool:
    """Say whether a row fits cells: an object of texts, in no other words than its own."""
    if row.raw is not None or not isinstance(row.value, dict) or not row.value:
        return False
    texts = [*row.value, *row.value.values()]
    return all(isinstance(one, str) and not HALF.search(one) for one in texts)


def sure(rows: list[Row]) -> tuple[Texts, ...]:
    return tuple(row.texts for row in rows if row.texts is not None)


def encoded(text: str) -> bytes:
    """Give UTF-8; half surrogate pairs are spelled out, as JSON can."""
    return text.encode(errors="backslashreplace")


def jsonl(rows: list[Row], rng: random.Random, case: Case) -> Case:
    end = rng.choice(("\n", "\n", "\r\n", "\n\n", "\n \t\n"))
    lines = end.join(row.json() for row in rows) + end * rng.choice((0, 1))
    return replace(
        case, format="JSONL", name="a.jsonl", data=encoded(lines), rows=len(rows), texts=sure(rows)
    )


def array(rows: list[Row], rng: random.Random, case: Case) -> Case:
    gap = rng.choice(("", " ", "\n", "\r\n  "))
    data = f"{gap}[{gap}" + f",{gap}".join(row.json() for row in rows) + f"{gap}]{gap}"
    return replace(
        case, format="JSON", name="a.json", data=encoded(data), rows=len(rows), texts=sure(rows)
    )


def document(rows: list[Row], rng: random.Random, case: Case) -> Case:
    inside = ",".join(row.json() for row in rows)
    beside = rng.choice(('"version": 1, ', '"names": ["x"], ', ""))
    data = f'{{{beside}"data": [{inside}], "more": {{"a": []}}}}'
    objects = all(isinstance(row.value, dict) for row in rows)
    made_of = {"format": "JSON", "name": "a.json", "data": encoded(data)}
    if objects:
        made_of |= {"rows": len(rows), "texts": sure(rows)}
    return replace(case, **made_of)


def cells(rows: list[Row], rng: random.Random, case: Case, delimiter: str, name: str) -> Case:
    """Write rows as quoted cells below a header of all their fields."""
    header = list(dict.fromkeys(key for row in rows for key in row.value))
    stream = io.StringIO()
    quoting = rng.choice((csv.QUOTE_ALL, csv.QUOTE_MINIMAL)) if delimiter == "," else csv.QUOTE_ALL
    # where it quotes little, the csv module leaves a lone \\r bare unless lines end in one
    end = rng.choice(("\n", "\r\n")) if quoting == csv.QUOTE_ALL else "\r\n"
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(header)
    writer.writerows([row.value.get(key, "") for key in header] for row in rows)
    plain = all(key.strip() == key and key.isprintable() and len(key) < 30 for key in header)
    known = made.COLUMNS["response"] in header or len(header) > 1
    made_of = {"format": name.upper(), "name": f"a.{name}", "data": encoded(stream.getvalue())}
    lowered = {key.lower() for key in header}
    if plain and known and len(lowered) == len(header) and all(row.texts for row in rows):
        made_of |= {"rows": len(rows), "texts": sure(rows)}
    return replace(case, **made_of)


def comma_separated(rows: list[Row], rng: random.Random, case: Case) -> Case:
    return cells(rows, rng, case, ",", "csv")


def tab_separated(rows: list[Row], rng: random.Random, case: Case) -> Case:
    return cells(rows, rng, case, "\t", "tsv")


def parquet(rows: list[Row], rng: random.Random, case: Case) -> Case:
    """Write rows as a table where Arrow will have them, else as lines of JSON."""
    buffer = io.BytesIO()
    try:
        table = pa.Table.from_pylist([row.value for row in rows])
        pq.write_table(table, buffer, row_group_size=rng.choice((1, 3, 1000)))
    except (pa.ArrowException, AttributeError, TypeError, UnicodeError, OverflowError):
        return jsonl(rows, rng, case)
    claims = all(isinstance(row.value, dict) for row in rows) and table.num_columns
    same = claims and all(row.value.keys() == rows[0].value.keys() for row in rows)
    return replace(
        case,
        format="Parquet",
        name="a.parquet",
        data=buffer.getvalue(),
        rows=len(rows) if claims else None,
        texts=sure(rows) if claims and same else (),
    )


def tampered(case: Case, rng: random.Random) -> Case:
    """Do one of many things to a file's bytes."""
    kinds: list[Callable[[Case, random.Random], Case]] = [
        *(cut, flipped, junk_before, junk_behind, nothing, blanks, noise, renamed, nul, twice_over)
    ]
    if case.format != "Parquet":
        kinds += [marked, utf16, utf16_unmarked, utf32, latin1, bad_bytes, open_quote, commas]
        kinds += [pickled, old_line_ends, ragged, semicolons]
    return rng.choice(kinds)(case, rng)


def cut(case: Case, rng: random.Random) -> Case:
    return case.unknown("cut off", case.data[: rng.randrange(len(case.data) + 1)])


def flipped(case: Case, rng: random.Random) -> Case:
    data = bytearray(case.data or b"x")
    for _ in range(rng.choice((1, 1, 4, 50))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return case.unknown("flipped bits", bytes(data))


def junk_before(case: Case, rng: random.Random) -> Case:
    junk = rng.choice((b"\n", b"#!/bin/sh\n", b"%YAML 1.2\n---\n", b"{}\n", b"[]\n", b"PAR1"))
    return case.unknown("junk before", junk + case.data)


def junk_behind(case: Case, rng: random.Random) -> Case:
    return case.unknown("junk behind", case.data + rng.choice((b"x", b"]", b"\n{", b"\0" * 99)))


def nothing(case: Case, rng: random.Random) -> Case:
    return case.unknown("empty", b"")


def blanks(case: Case, rng: random.Random) -> Case:
    return case.unknown("blank", rng.choice((b" ", b"\n" * 50, b"\t\r\n ", b"\xef\xbb\xbf")))


def noise(case: Case, rng: random.Random) -> Case:
    return case.unknown("noise", rng.randbytes(rng.choice((1, 4, 300))))


def renamed(case: Case, rng: random.Random) -> Case:
    name = rng.choice(("a.jsonl", "a.json", "a.csv", "a.tsv", "a.parquet", "a.txt", "a", ".json"))
    return replace(case.unknown("wrong name", case.data), name=name)


def nul(case: Case, rng: random.Random) -> Case:
    place = rng.randrange(len(case.data) + 1)
    return case.unknown("a NUL byte", case.data[:place] + b"\0" + case.data[place:])


def twice_over(case: Case, rng: random.Random) -> Case:
    return case.unknown("twice over", case.data + case.data)


def marked(case: Case, rng: random.Random) -> Case:
    if case.data.startswith((b"\xef\xbb\xbf", *WIDE)):
        return case  # it has one
    return case.same("byte order mark", b"\xef\xbb\xbf" + case.data)


def recoded(case: Case, kind: str, encoding: str) -> Case:
    try:
        return case.same(kind, case.data.decode("utf-8-sig").encode(encoding))
    except UnicodeError:
        return case


def utf16(case: Case, rng: random.Random) -> Case:
    return recoded(case, "UTF-16", "utf-16")


def utf32(case: Case, rng: random.Random) -> Case:
    return recoded(case, "UTF-32", "utf-32")


def utf16_unmarked(case: Case, rng: random.Random) -> Case:
    made = recoded(case, "UTF-16 without a mark", rng.choice(("utf-16-le", "utf-16-be")))
    return replace(made, rows=None, texts=())


def latin1(case: Case, rng: random.Random) -> Case:
    data = case.data.decode("utf-8", "replace").encode("latin-1", "replace")
    return case.unknown("Latin-1", data + "é".encode("latin-1"))


def bad_bytes(case: Case, rng: random.Random) -> Case:
    place = rng.randrange(len(case.data) + 1)
    bad = rng.choice((b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\x80"))
    return case.unknown("bad UTF-8", case.data[:place] + bad + case.data[place:])


def open_quote(case: Case, rng: random.Random) -> Case:
    place = rng.randrange(len(case.data) + 1)
    return case.unknown("open quote", case.data[:place] + b'"' + case.data[place:])


def commas(case: Case, rng: random.Random) -> Case:
    return case.unknown("commas", case.data.replace(b"}", b"},").replace(b"\n", b",\n"))


def old_line_ends(case: Case, rng: random.Random) -> Case:
    return case.unknown("old line ends", case.data.replace(b"\n", b"\r"))


def ragged(case: Case, rng: random.Random) -> Case:
    head, comma, tail = case.data.rpartition(rng.choice((b",", b"\t", b"\n")))
    return case.unknown("ragged", head + comma * rng.choice((0, 2, 9)) + tail)


def semicolons(case: Case, rng: random.Random) -> Case:
    return case.unknown("semicolons", case.data.replace(b",", b";").replace(b"\t", b";"))


def pickled(case: Case, rng: random.Random) -> Case:
    """Put an array of objects, which numpy would unpickle, in the place of rows."""
    stream = io.BytesIO()
    np.save(stream, np.array([Trap()], dtype=object), allow_pickle=True)
    return case.unknown("pickle", stream.getvalue())


class Trap:
    """Whoever unpickles this leaves a trace."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return exec, ("import os; os.environ['DIVERSIFY_WAS_TRAPPED'] = '1'",)


def packed(case: Case, rng: random.Random) -> Case:
    """Compress a file, and perhaps harm it then."""
    suffix = rng.choice((".gz", ".zst"))
    pack = gzip.compress if suffix == ".gz" else zstandard.ZstdCompressor().compress
    place = rng.randrange(len(case.data) + 1)
    parts = [case.data[:place], case.data[place:]] if rng.random() < 0.3 else [case.data]
    data = b"".join(pack(part) for part in parts)
    how = rng.choice((*["whole"] * 7, "cut", "flipped", "junk", "twice", "name"))
    named = replace(case, name=case.name + suffix, packed=True)
    if how == "cut":
        return named.unknown("cut-off archive", data[: rng.randrange(len(data))])
    if how == "flipped":
        return flipped(replace(named, data=data), rng)
    if how == "junk":
        return named.unknown("junk behind an archive", data + rng.randbytes(20))
    if how == "twice":
        return named.unknown("packed twice", pack(data))
    if how == "name":
        return replace(named.unknown("packed, without the ending", data), name=case.name)
    parquet = case.format == "Parquet"
    return named.unknown("packed table", data) if parquet else named.same(f"packed {suffix}", data)


def misplaced(case: Case, rng: random.Random) -> Case:
    """Let something else than a file lie there."""
    place = rng.choice(("link", "loop", "dangling", "folder", "pipe", "missing", "zero"))
    claims = (case.rows, case.texts) if place == "link" else (None, ())
    return replace(
        case, place=place, rows=claims[0], texts=claims[1], kinds=(*case.kinds, f"a {place}")
    )


def put(case: Case, folder: Path) -> Path:
    """Lay a case down in a folder, and give the path that is to be read."""
    path = folder / case.name
    if case.place == "folder":
        path.mkdir()
    elif case.place == "pipe":
        os.mkfifo(path)
    elif case.place in ("loop", "dangling", "zero"):
        targets = {"loop": path.name, "dangling": "nowhere", "zero": "/dev/zero"}
        path.symlink_to(targets[case.place])
    elif case.place == "link":
        (folder / "real").write_bytes(case.data)
        path.symlink_to("real")
    elif case.place == "file":
        path.write_bytes(case.data)
    return path


def lines_of_json(case: Case) -> int | None:
    """Count the lines of a JSONL file that hold something, whatever it is."""
    if case.format != "JSONL" or case.packed or case.place not in ("file", "link"):
        return None
    if not case.name.endswith(".jsonl") or case.data[:2].count(b"\0"):
        return None
    try:
        codec = "utf-32" if case.data[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff") else "utf-8-sig"
        if codec == "utf-8-sig" and case.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            codec = "utf-16"
        text = case.data.decode(codec)
    except UnicodeError:
        return None
    return sum(bool(line.strip()) for line in text.split("\n"))
