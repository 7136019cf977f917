"""Programs scored on the problems of a benchmark: run apart, and judged out here."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Literal

import pandas as pd

from diversify.config.score import ScoreOptions
from diversify.curation.ingest import encodable
from diversify.curation.reading.fields import one_line
from diversify.evaluation.code.reference import SETS, Expected, job_of, references
from diversify.evaluation.code.rules import MENDED, Judge
from diversify.evaluation.code.side_by_side import side_by_side
from diversify.evaluation.sandbox.jail import Jail
from diversify.evaluation.sandbox.run import Message, started
from diversify.evaluation.sandbox.values import output_of
from diversify.io.test_sets.code_problems import CodeProblem, CodeProblems

Status = Literal[
    "pass", "wrong", "error", "timeout", "too large", "ended", "broken", "missing", "not run"
]
"""wrong: an output is not right; error: an exception; timeout: a call, or all together, took too
long; too large: the outputs; ended: the program ended its process; broken: it spoilt what it had
to say; missing: there is no sample; not run: the base tests were not passed, or there are no
others."""

STATUSES: Mapping[str, Status] = {
    "raised": "error", "late": "timeout", "timeout": "timeout", "large": "too large",
    "end": "ended", "broken": "broken",
}  # fmt: skip
"""A sandbox's last word -> what became of the program."""
SHOWN = 80
"""Characters of an output that a reason shows."""


@dataclass(frozen=True)
class Verdict:
    """What became of one problem's program."""

    task_id: str
    base: Status
    """On the original tests."""
    plus: Status
    """On those that EvalPlus added; they are tried once the original ones are passed."""
    reason: str = ""
    """Why it did not pass: which test, and how."""


@dataclass(frozen=True)
class CodeScores:
    """Verdicts on all problems of a benchmark, in its order; none is left out."""

    name: str
    has_plus: bool
    """Whether the added tests were tried."""
    verdicts: tuple[Verdict, ...]

    def items(self) -> pd.DataFrame:
        """Give pass@1 of each problem: one sample, so 1 if it passes and else 0.

        A task named with a + asks for the original tests and the added ones.
        """
        rows = [(self.name, one.task_id, one.base == "pass") for one in self.verdicts]
        if self.has_plus:
            both = ((one.task_id, one.base == one.plus == "pass") for one in self.verdicts)
            rows += [(f"{self.name}+", *row) for row in both]
        table = pd.DataFrame(rows, columns=["task", "item", "value"])
        return table.assign(metric="pass@1", value=table["value"].astype("float64"), weight=1.0)

    def statuses(self) -> dict[str, dict[str, int]]:
        """Count what became of the programs, by set of tests."""
        counted = {"base": Counter(one.base for one in self.verdicts)}
        if self.has_plus:
            counted["plus"] = Counter(one.plus for one in self.verdicts)
        return {name: dict(sorted(counts.items())) for name, counts in counted.items()}

    def marks(self) -> list[str]:
        """Give what must be said beside the scores."""
        marks = []
        missing = sum(one.base == "missing" for one in self.verdicts)
        if missing:
            marks.append(
                f"{self.name}: {missing} of {len(self.verdicts)} problems have no sample and "
                "count as failed"
            )
        if any(one.task_id == MENDED for one in self.verdicts):
            marks.append(
                f"{MENDED} scored by the mended check: EvalPlus 0.3.1 fails every program on it"
            )
        return marks

    def details(self) -> list[dict[str, Any]]:
        """Give the verdicts as rows."""
        return [{"task": self.name, **asdict(one)} for one in self.verdicts]


def score_code(
    benchmark: CodeProblems, programs: Mapping[str, str], options: ScoreOptions, jail: Jail
) -> CodeScores:
    """Score the program of each task; a task without one has failed.

    A program is stopped at its first failure, so a set of tests is passed or not, as in EvalPlus
    by default. Nothing of an earlier score is used.

    Raises:
        ConfigError: sandboxes cannot be started on this machine.
        DataError: a reference solution fails or is too slow.
    """
    expected = references(benchmark, options, jail)

    def verdict(problem: CodeProblem) -> Verdict:
        program = programs.get(problem.task_id)
        if program is None:
            return Verdict(problem.task_id, "missing", "not run", "no sample")
        return judged(benchmark, problem, program, expected[problem.task_id], options, jail)

    verdicts = side_by_side(
        verdict, benchmark.problems, jail, options.workers, f"programs for {benchmark.name}"
    )
    has_plus = benchmark.has_plus and not options.base_only
    return CodeScores(benchmark.name, has_plus, tuple(verdicts))


def judged(
    benchmark: CodeProblems,
    problem: CodeProblem,
    program: str,
    expected: tuple[Expected, ...],
    options: ScoreOptions,
    jail: Jail,
) -> Verdict:
    """Run a program on each set of inputs, and compare what it returns with what is expected."""
    job = job_of(benchmark, problem, program, [one.calls(options) for one in expected])
    judges = [Judge(benchmark.name, problem) for _ in expected]
    found: dict[int, Status] = {}
    with started(jail, job) as messages:
        for message in messages:
            at = message.set
            status, reason = _status(message, judges[at], expected[at], at in found)
            if status:
                found[at] = status
            if status not in (None, "pass"):
                reason = f"{SETS[at]} tests, {reason}"
                break
        else:
            reason = ""
    return Verdict(problem.task_id, found[0], found.get(1, "not run"), reason)


def _status(
    message: Message, judge: Judge, expected: Expected, has_passed: bool
) -> tuple[Status | None, str]:
    """Say what a message makes of a set of tests, and why; None: nothing as yet."""
    if message.word == "finished":
        return "pass", ""
    if message.word == "loaded" or (message.word == "end" and has_passed):
        return None, ""
    where = f"call {message.call + 1}" if message.call >= 0 else "loading"
    if message.word != "returned":
        return STATUSES[message.word], f"{where}: {message.words or STATUSES[message.word]}"
    try:
        returned = output_of(message.value)
    except ValueError as error:
        return "broken", f"{where}: {error}"
    wanted = expected.outputs[message.call]
    if judge.accepts(expected.inputs[message.call], returned, wanted):
        return None, ""
    shown = f"{where}: returned {_shown(returned.value)}, expected {_shown(wanted.value)}"
    return "wrong", shown


def _shown(value: object) -> str:
    """Show the beginning of an output on one line."""
    text = ""
    with suppress(ValueError, RecursionError, MemoryError):
        text = repr(value)
    return encodable(one_line(text, SHOWN)) or type(value).__name__
