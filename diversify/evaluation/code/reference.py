"""What the reference solutions give, and how long they take: run like any other program.

A benchmark's solutions are data, so they run in the sandbox as well.
"""

from dataclasses import dataclass

from diversify.config.score import ScoreOptions
from diversify.errors import DataError
from diversify.evaluation.code.kept_outputs import Told, keep, kept
from diversify.evaluation.code.rules import AS_SETS
from diversify.evaluation.code.side_by_side import side_by_side
from diversify.evaluation.sandbox.jail import Jail
from diversify.evaluation.sandbox.run import Calls, Job, started
from diversify.evaluation.sandbox.values import Output, output_of
from diversify.io.test_sets.code_problems import CodeProblem, CodeProblems
from diversify.io.test_sets.mbpp_arguments import Arguments

SETS = ("base", "plus")
"""A problem's sets of inputs: the original ones, and those that EvalPlus added."""


@dataclass(frozen=True)
class Expected:
    """What the reference gives on one set of inputs."""

    inputs: tuple[Arguments, ...]
    outputs: tuple[Output, ...]
    seconds: tuple[tuple[float, float], ...]
    """How long each call took, and how long to tell its output."""

    def calls(self, options: ScoreOptions) -> Calls:
        """Say how a program is called on the same inputs, and how long each call may take."""
        factor, slack = options.time_factor, options.slack_seconds
        limits = [max(options.min_seconds, factor * called) for called, _ in self.seconds]
        telling = [factor * told for _, told in self.seconds]
        waits = [limit + told + slack for limit, told in zip(limits, telling, strict=True)]
        total = min(options.problem_seconds, sum(limits)) + sum(telling) + slack
        return Calls(self.inputs, total, tuple(limits), tuple(waits))


def references(
    benchmark: CodeProblems, options: ScoreOptions, jail: Jail
) -> dict[str, tuple[Expected, ...]]:
    """Give what the reference solution of each task gives, on each set of its inputs.

    They are run once for a benchmark, and what they give is kept in the cache folder.

    Raises:
        DataError: a reference solution fails or is too slow.
    """
    sets = 2 if benchmark.has_plus and not options.base_only else 1
    told = kept(benchmark, sets, options.output_mb)
    if told is None:
        runs = side_by_side(
            lambda problem: _run(benchmark, problem, sets, options, jail),
            benchmark.problems,
            jail,
            options.workers,
            f"references of {benchmark.name}",
        )
        told = dict(zip((one.task_id for one in benchmark.problems), runs, strict=True))
        keep(benchmark, sets, options.output_mb, told)
    return {problem.task_id: _expected(problem, told) for problem in benchmark.problems}


def job_of(
    benchmark: CodeProblems,
    problem: CodeProblem,
    program: str,
    sets: list[Calls],
) -> Job:
    """Say how a program for a problem is run."""
    is_listed = benchmark.name == "mbpp" and problem.entry_point in AS_SETS
    return Job(program, problem.entry_point, tuple(sets), is_listed)


def _run(
    benchmark: CodeProblems, problem: CodeProblem, sets: int, options: ScoreOptions, jail: Jail
) -> Told:
    """Run the reference on each set of inputs."""
    inputs = (problem.base_input, problem.plus_input)[:sets]
    calls = [Calls(one, options.reference_seconds) for one in inputs]
    program = problem.prompt + problem.canonical_solution
    told: Told = [[] for _ in inputs]
    with started(jail, job_of(benchmark, problem, program, calls)) as messages:
        for message in messages:
            if message.word == "returned":
                told[message.set].append((message.seconds, message.telling, message.value))
            elif message.word not in ("loaded", "finished", "end"):
                why = f"call {message.call + 1} of {SETS[message.set]}: {message.word}"
                raise DataError(
                    f"{benchmark.origin}: {problem.task_id}: the reference solution does not run "
                    f"({why} {message.words}); correct the file, or allow more with "
                    "--reference-seconds, --memory-mb or --output-mb"
                )
    if [len(one) for one in told] != [len(one) for one in inputs]:
        raise DataError(f"{benchmark.origin}: {problem.task_id}: the reference solution breaks off")
    return told


def _expected(problem: CodeProblem, told: dict[str, Told]) -> tuple[Expected, ...]:
    """Build the outputs out of what was told."""
    inputs = (problem.base_input, problem.plus_input)
    return tuple(
        Expected(
            inputs[number],
            tuple(output_of(value) for *_, value in calls),
            tuple((called, telling) for called, telling, _ in calls),
        )
        for number, calls in enumerate(told[problem.task_id])
    )
