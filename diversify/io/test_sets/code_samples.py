"""Written programs: a file of samples, one for each problem of code benchmarks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from diversify.curation.ingest import Reject
from diversify.curation.reading.fields import one_line
from diversify.errors import DataError
from diversify.io.formats.json_rows import read_jsonl
from diversify.io.formats.streams import InputFile
from diversify.io.test_sets.code_problems import CodeProblem, CodeProblems

LONGEST = 1 << 24
"""Characters of a line at most."""


@dataclass(frozen=True)
class CodeSample:
    """What a model wrote for a problem."""

    line: int
    text: str
    is_whole: bool
    """Whether it is the whole program, and not what follows the prompt."""

    def program(self, problem: CodeProblem) -> str:
        """Give the whole program."""
        return self.text if self.is_whole else problem.prompt + self.text


def read_samples(path: Path) -> dict[str, CodeSample]:
    """Read samples by task: {"task_id", "solution"}, or "completion" in place of the solution.

    Raises:
        DataError: the file cannot be read, a line is no sample, or a task has two of them.
    """
    samples: dict[str, CodeSample] = {}
    for item in read_jsonl(InputFile(path), LONGEST):
        if isinstance(item, Reject):
            raise DataError(str(item))
        line, row = item
        task = row.get("task_id")
        field = "solution" if "solution" in row else "completion"
        text = row.get(field)
        if not isinstance(task, str) or not isinstance(text, str):
            raise DataError(f"{path}:{line}: expected texts task_id and solution (or completion)")
        if task in samples:
            raise DataError(
                f"{path}:{line}: {one_line(task, 60)} has a second sample (the first: line "
                f"{samples[task].line}); keep one"
            )
        samples[task] = CodeSample(line, text, field == "solution")
    return samples


def programs_of(
    samples: Mapping[str, CodeSample], benchmarks: Iterable[CodeProblems], path: Path
) -> dict[str, str]:
    """Give the whole program of each task that has a sample.

    Raises:
        DataError: a sample's task is in none of the benchmarks, or a task is in two.
    """
    problems: dict[str, CodeProblem] = {}
    for benchmark in benchmarks:
        for problem in benchmark.problems:
            if problem.task_id in problems:
                raise DataError(f"{benchmark.origin}: {problem.task_id} is in another file, too")
            problems[problem.task_id] = problem
    for task, sample in samples.items():
        if task not in problems:
            raise DataError(
                f"{path}:{sample.line}: {one_line(task, 60)} is no task of these benchmarks; "
                "name its benchmark, or remove the line"
            )
    return {task: sample.program(problems[task]) for task, sample in samples.items()}
