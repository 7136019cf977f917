"""Benchmarks by name: their published files, any other file, or the Hub, as test items."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from diversify.config.ingest import IngestOptions
from diversify.curation.leaking.word_runs import words_of
from diversify.curation.reading.layouts import present
from diversify.errors import ConfigError, DataError
from diversify.io.documents import file_hash
from diversify.io.readers import NAME_COLUMNS, read_records
from diversify.io.test_sets.hub_benchmarks import benchmark_rows
from diversify.io.test_sets.known_benchmarks import CHOICES, KNOWN, Published
from diversify.io.test_sets.published_files import RawItem, raw_items
from diversify.records import COLUMNS, Record


@dataclass(frozen=True)
class Benchmark:
    """The items of a benchmark, and where they came from."""

    name: str
    items: pd.DataFrame
    """Columns of a row table; `id` is the published one, or file:line where none was published.
    An item whose choices stand beside its question has a second row, the question by itself."""
    origin: str
    """A path, or a dataset on the Hub."""
    revision: str
    """Commit of a dataset on the Hub, or "sha256:" and 16 digits of a file's hash."""

    def summary(self) -> dict[str, Any]:
        """Say what was read from where."""
        told = {"test": self.name, "from": self.origin, "revision": self.revision}
        return told | {"items": int(self.items["id"].nunique())}


def named_benchmarks(
    words: Iterable[str], flag: str = "--benchmark", one: str = "name"
) -> dict[str, str]:
    """Read NAME and NAME=PATH, as a flag gives them, as name -> path, an empty one for the Hub.

    `one` is what the flag calls each of them.

    Raises:
        ConfigError: a name or a path is missing, or a name stands there twice.
    """
    paths: dict[str, str] = {}
    for word in words:
        name, sign, path = word.partition("=")
        if not name or name in paths or (sign and not path):
            raise ConfigError(f"{flag} {word}: expected NAME=PATH or NAME, each {one} once")
        paths[name] = path
    return paths


def read_benchmarks(paths: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Give the items of benchmarks, by name; `load_benchmark` says how they are found."""
    return {name: load_benchmark(name, path).items for name, path in paths.items()}


def load_benchmark(name: str, path: str) -> Benchmark:
    """Load a benchmark from a file as it was published, from any other, or from the Hub.

    A known benchmark in a file that lacks its published fields is read as `ingest` would, as is
    any other. An empty path means the Hub, where the known ones are.

    Raises:
        ConfigError: no path is given, and the name is none of the known ones.
        DataError: a file cannot be read, an item in it has no question, or there is no Hub.
    """
    known = KNOWN.get(name)
    if not path:
        if known is None:
            raise ConfigError(
                f"--benchmark {name}: none of {', '.join(KNOWN)}; for another one say NAME=PATH"
            )
        rows, revision = benchmark_rows(known.hub, known.fields)
        return Benchmark(name, _published(name, known, rows), known.hub.words, revision)
    file = Path(path).expanduser()
    raw = list(raw_items(file, known)) if known else []
    items = _published(name, known, raw) if known and raw else _ingested(name, file)
    return Benchmark(name, items, path, f"sha256:{file_hash(file)[:16]}" if file.is_file() else "")


def _published(name: str, published: Published, raw: Iterable[RawItem]) -> pd.DataFrame:
    """Lay out items by the fields that they were published with."""
    listed = [_item(name, published, *item) for item in raw]
    # a question that several share, such as "Which of these is true?", asks nothing by itself
    shared = Counter(" ".join(words_of(question)) for _, question, *_ in listed)
    rows = []
    for id, question, choices, answer, file, line in listed:
        place = {"source": name, "file": file, "line": line}
        rows.append(
            {"id": id, "instruction": question, "input": choices, "response": answer} | place
        )
        if choices and shared[" ".join(words_of(question))] == 1:
            rows.append({**rows[-1], "input": ""})
    return _table(rows)


def _item(
    name: str, published: Published, file: str, line: int, row: dict[str, Any]
) -> tuple[str, str, str, str, str, int]:
    """Give id, question, choices, answer and place of an item."""
    field = present(row, published.question)
    question = row.get(field) if field else None
    if not isinstance(question, str) or not question.strip():
        expected = " or ".join(published.question)
        raise DataError(f"{file}:{line}: no question of {name} (expected a field {expected})")
    choices = row.get("choices") or [row[letter] for letter in CHOICES if letter in row]
    lettered = [f"{letter}. {choice}" for letter, choice in zip(CHOICES, choices, strict=False)]
    answer = row.get(present(row, published.answer) or "")
    if choices and str(answer) in (numbers := ["0", "1", "2", "3", *CHOICES]):
        answer = choices[numbers.index(str(answer)) % len(CHOICES)]
    known = row.get(present(row, published.id) or "")
    id = f"{PurePosixPath(file.rpartition(': ')[2]).name}:{line}" if known is None else str(known)
    return id, question, "\n".join(lettered), "" if answer is None else str(answer), file, line


def _ingested(name: str, path: Path) -> pd.DataFrame:
    """Read items in any layout that `ingest` knows; none may be lost."""
    rows = []
    for record in read_records(path, name, IngestOptions()):
        if not isinstance(record, Record):
            words = str(record).replace(NAME_COLUMNS, "")  # which only sources can have
            raise DataError(f"{words}; an item that is not read would not be kept out")
        texts = {field.name: getattr(record, field.name) for field in fields(Record)}
        rows.append(texts | {"id": f"{path.name}:{record.line}"})
    return _table(rows)


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    empty = dict.fromkeys(COLUMNS, "")
    table = pd.DataFrame([empty | _writable(row) for row in rows], columns=list(COLUMNS))
    return table.astype({column: "int64" if column == "line" else "str" for column in COLUMNS})


def _writable(row: dict[str, Any]) -> dict[str, Any]:
    """Spell half a surrogate pair, which no UTF-8 file can hold, in characters that can be."""
    return {
        name: value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value
        for name, value in row.items()
    }
