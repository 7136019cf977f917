"""Items of the harness' benchmarks out of the files that they are published in."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from diversify.curation.ingest import Reject
from diversify.curation.reading.layouts import present
from diversify.errors import DataError
from diversify.evaluation.harness.suite import known
from diversify.io.documents import file_hash
from diversify.io.formats.rows import file_format, read_rows
from diversify.io.test_sets.archives import is_container
from diversify.io.test_sets.known_benchmarks import CHOICES, KNOWN
from diversify.io.test_sets.published_files import RawItem, raw_items

Row = dict[str, Any]

FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "gsm8k": {"question": ("question",), "answer": ("answer",)},
    "ifeval": {
        name: (name,) for name in ("key", "prompt", "instruction_id_list", "kwargs")
    },
    "mmlu": {name: (name.lower(),) for name in ("question", "answer")},
    "bbh": {"input": ("input",), "target": ("target",)},
    "math": {"problem": ("problem", "question"), "solution": ("solution", "answer")},
    "theoremqa": {name: (name.lower(),) for name in ("Question", "Answer", "Answer_type")},
}  # fmt: skip
"""Task -> field, as the harness asks for it -> the names under which files have it."""
PICTURE = "picture"
"""Whether an item refers to a picture, which no text model is shown."""
KEPT = ("unique_id", "id", PICTURE)
"""Fields that a row may have beside them."""
NO_TEXT = ("key", "instruction_id_list", "kwargs", "Answer")
"""Fields that may hold something else than text."""
RESTATED = "The answer is:"
"""What follows a solution of MATH where its final answer has been appended to it."""


@dataclass(frozen=True)
class PublishedRows:
    """Rows of a benchmark's file, part by part."""

    origin: str
    revision: str
    """ "sha256:" and 16 digits of the file's hash; empty for a folder."""
    tests: Mapping[str, list[Row]]
    """Part -> items; a benchmark of one part has the part ""."""
    shots: Mapping[str, list[Row]]
    """Part -> solved examples that come with the file, such as MMLU's dev questions."""


def read_published(task: str, path: str) -> PublishedRows:
    """Read a benchmark's items as they were published: a file, .gz or archive, or a folder.

    Raises:
        DataError: it cannot be read, or a row lacks a field.
    """
    file = Path(path).expanduser()
    tests: dict[str, list[Row]] = {}
    shots: dict[str, list[Row]] = {}
    for item in _items(task, file):
        part, role = _part(task, item[0])
        if role != "val":
            into = shots if role == "dev" else tests
            into.setdefault(part, []).append(_row(task, item))
    if not (tests or shots):
        raise DataError(f"{path}: holds no items of {task}")
    revision = f"sha256:{file_hash(file)[:16]}" if file.is_file() else ""
    return PublishedRows(path, revision, tests, shots)


def _items(task: str, file: Path) -> Iterator[RawItem]:
    published = KNOWN[known(task).published]
    if is_container(file) or (published.members and file.suffix in (".csv", ".json")):
        yield from raw_items(file, published)
        return
    for item in read_rows(file, file_format(file), {}):
        if isinstance(item, Reject):
            raise DataError(str(item))
        yield str(file), *item


def _part(task: str, label: str) -> tuple[str, str]:
    """Tell part and role of a file by its name: anatomy and dev of anatomy_dev.csv."""
    if known(task).whole or task == "math":
        return "", "test"
    stem = PurePosixPath(label.rpartition(": ")[2]).stem
    name, _, role = stem.rpartition("_")
    return (name, role) if role in ("dev", "test", "val") else (stem, "test")


def _row(task: str, item: RawItem) -> Row:
    file, line, row = item
    found = {name: present(row, names) for name, names in FIELDS[task].items()}
    for name, field in found.items():
        if field is None or row[field] in (None, ""):
            names = " or ".join(FIELDS[task][name])
            raise DataError(f"{file}:{line}: missing {names}, which items of {task} have")
        if not isinstance(row[field], str) and name not in NO_TEXT:
            raise DataError(f"{file}:{line}: {name!r} is no text")
    kept = {name: row[field] for name in KEPT if (field := present(row, (name,)))}
    return _FINISHED[task](
        {name: row[field] for name, field in found.items() if field} | kept,
        row,
        f"{file}:{line}",
    )


def _as_it_is(row: Row, raw: Row, place: str) -> Row:
    return row


def _of_ifeval(row: Row, raw: Row, place: str) -> Row:
    lists = (row["instruction_id_list"], row["kwargs"])
    if not all(isinstance(one, list) for one in lists) or len(lists[0]) != len(lists[1]):
        raise DataError(f"{place}: instruction_id_list and kwargs must be lists of one length")
    return row


def _of_mmlu(row: Row, raw: Row, place: str) -> Row:
    """Give choices as a list, and the answer as its place in it."""
    choices = raw.get("choices") or [raw[letter] for letter in CHOICES if letter in raw]
    answers = [str(row["answer"]) in pair for pair in zip(CHOICES, "0123", strict=True)]
    if len(choices) != len(CHOICES) or not any(answers):
        raise DataError(f"{place}: expected four choices, and one of A, B, C and D as the answer")
    return {"question": row["question"], "choices": list(choices), "answer": answers.index(True)}


def _of_math(row: Row, raw: Row, place: str) -> Row:
    """Leave out a final answer that is said again behind the solution."""
    solution = row["solution"]
    head, said, _ = solution.rpartition(RESTATED)
    solution = head.rstrip() if said and "\\boxed" in head else solution
    if "\\boxed" not in solution and "\\fbox" not in solution:
        raise DataError(f"{place}: the solution boxes no answer (\\boxed{{...}})")
    return {**row, "solution": solution}


def _of_theoremqa(row: Row, raw: Row, place: str) -> Row:
    """Spell answers as text, since they are of several types; say whether there is a picture."""
    return {**row, "Answer": str(row["Answer"]), PICTURE: row.get(PICTURE) is not None}


_FINISHED: Mapping[str, Callable[[Row, Row, str], Row]] = {
    "gsm8k": _as_it_is,
    "ifeval": _of_ifeval,
    "mmlu": _of_mmlu,
    "bbh": _as_it_is,
    "math": _of_math,
    "theoremqa": _of_theoremqa,
}
