"""Code benchmarks in EvalPlus' layout: each problem with its inputs, from a file or released."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diversify.errors import ConfigError, DataError
from diversify.io.documents import file_hash
from diversify.io.formats.streams import open_text
from diversify.io.test_sets.code_releases import RELEASES, released
from diversify.io.test_sets.mbpp_arguments import Arguments, with_types


@dataclass(frozen=True)
class CodeProblem:
    """A function to write, a solution known to be right, and inputs to try a program on."""

    task_id: str
    prompt: str
    entry_point: str
    """Name of the function."""
    canonical_solution: str
    """Behind the prompt it is a whole program; it is data, and as little trusted as a sample."""
    contract: str
    """Assertions about valid inputs; empty where the file has none."""
    base_input: tuple[Arguments, ...]
    """Arguments of each call of the original tests, of the types that the function takes."""
    plus_input: tuple[Arguments, ...]
    """Those that EvalPlus added."""
    atol: float
    """Absolute difference at which floats still count as the same; 0: the usual one."""


@dataclass(frozen=True)
class CodeProblems:
    """The problems of a benchmark, and where they came from."""

    name: str
    """humaneval or mbpp."""
    origin: str
    """A path, or the address of the release."""
    revision: str
    """ "sha256:" and 16 digits of the file's hash."""
    has_plus: bool
    """Whether any problem has inputs that EvalPlus added."""
    problems: tuple[CodeProblem, ...]

    def summary(self) -> dict[str, str]:
        """Say what was read from where."""
        return {"from": self.origin, "revision": self.revision}


def read_code_problems(name: str, path: Path | None = None) -> CodeProblems:
    """Read a benchmark by name, out of a file in EvalPlus' layout or out of the pinned release.

    The release is fetched once and kept in the cache folder. Memory: the whole file.

    Raises:
        ConfigError: there is no benchmark of this name.
        DataError: a file is missing or broken, a line is no problem, or a task is there twice; or
            the release cannot be reached, or is not the pinned one.
    """
    if name not in RELEASES:
        raise ConfigError(f"{name}: no code benchmark; choose one of {', '.join(RELEASES)}")
    file = path or released(RELEASES[name])
    problems: dict[str, CodeProblem] = {}
    for line, row in _rows(file):
        problem = _problem(name, row, f"{file}:{line}")
        if problem.task_id in problems:
            raise DataError(f"{file}:{line}: {problem.task_id} is there a second time; remove one")
        problems[problem.task_id] = problem
    if not problems:
        raise DataError(f"{file}: holds no problem")
    return CodeProblems(
        name=name,
        origin=str(path) if path else RELEASES[name].url,
        revision=f"sha256:{file_hash(file)[:16]}",
        has_plus=any(problem.plus_input for problem in problems.values()),
        problems=tuple(problems.values()),
    )


def _rows(file: Path) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    with open_text(file) as stream:
        for line, text in enumerate(stream, start=1):
            if not text.strip():
                continue
            try:
                # a key that is there twice is read as EvalPlus reads it: the last one counts
                row = json.loads(text)
            except (ValueError, RecursionError) as error:
                raise DataError(f"{file}:{line}: not JSON ({error})") from error
            if not isinstance(row, dict):
                raise DataError(f"{file}:{line}: not an object")
            rows.append((line, row))
    return rows


TEXTS = ("task_id", "prompt", "entry_point", "canonical_solution")


def _problem(name: str, row: dict[str, Any], place: str) -> CodeProblem:
    """Read a problem, and give its arguments the types that JSON cannot say."""
    missing = [field for field in (*TEXTS, "base_input") if field not in row]
    if missing:
        raise DataError(f"{place}: lacks {', '.join(missing)}; give a file in EvalPlus' layout")
    wrong = [field for field in TEXTS if not isinstance(row[field], str)]
    if wrong or not row["entry_point"].isidentifier():
        raise DataError(f"{place}: {(wrong or ['entry_point'])[0]} is not what it should be")
    atol = row.get("atol", 0)
    if isinstance(atol, bool) or not isinstance(atol, int | float) or not 0 <= atol < float("inf"):
        raise DataError(f"{place}: atol is not a number of 0 or more")
    return CodeProblem(
        **{field: row[field] for field in TEXTS},
        contract=str(row.get("contract", "")),
        base_input=_inputs(name, row, "base_input", place),
        plus_input=_inputs(name, row, "plus_input", place),
        atol=float(atol),
    )


def _inputs(name: str, row: dict[str, Any], field: str, place: str) -> tuple[Arguments, ...]:
    calls = row.get(field, [])
    # EvalPlus' file has an empty object where a problem has no added inputs
    calls = calls or []
    if not isinstance(calls, list) or not all(isinstance(call, list) for call in calls):
        raise DataError(f"{place}: {field} is not a list of lists of arguments")
    if name != "mbpp":
        return tuple(calls)
    try:
        return tuple(with_types(row["task_id"], call) for call in calls)
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise DataError(f"{place}: {field} does not fit {row['task_id']} ({error})") from error
