"""Programs for the problems of a code benchmark, one each, whatever the model writes."""

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from diversify.config.generate import GenerateOptions
from diversify.evaluation.generation import End
from diversify.evaluation.writing.backends import Writer
from diversify.evaluation.writing.cutting import before_stops, code_block, cut_program
from diversify.evaluation.writing.prompts import (
    Style,
    answer_start,
    encode_prompts,
    program_start,
    stop_strings,
    style_of,
)
from diversify.io.test_sets.code_problems import CodeProblem, CodeProblems


@dataclass(frozen=True)
class Solution:
    """What a model wrote for a problem, and the program cut out of it."""

    task_id: str
    solution: str
    """The whole program; empty where the prompt did not fit, or nothing parses."""
    answer: str
    """What was written, uncut."""
    end: End


@dataclass(frozen=True)
class Solutions:
    """One solution for each problem of a benchmark, in its order."""

    benchmark: str
    style: Style
    solutions: tuple[Solution, ...]
    tokens: int
    """Tokens written."""
    positions: int | None

    def summary(self) -> dict[str, int | str | dict[str, int]]:
        """Count problems by how their answers ended, and programs of which nothing was left."""
        ends = Counter(one.end for one in self.solutions)
        return {
            "problems": len(self.solutions),
            "prompt": self.style,
            "ends": {end: ends[end] for end in get_args(End)},
            "empty": sum(not one.solution for one in self.solutions),
            "tokens": self.tokens,
        }

    def marks(self) -> list[str]:
        """Say what must be known beside the scores of these programs."""
        missing = sum(one.end == "no room" for one in self.solutions)
        said = (
            f"{self.benchmark}: {missing} of {len(self.solutions)} prompts leave the model's "
            f"{self.positions} positions no room for an answer"
        )
        return [said] if missing else []


def write_solutions(writer: Writer, problems: CodeProblems, options: GenerateOptions) -> Solutions:
    """Have a program written for each problem; none is left out, and none is run."""
    style = style_of(writer.tokenizer, options)
    stops = stop_strings(problems.name, style, options)
    prompts = encode_prompts(writer.tokenizer, problems.problems, style, options)
    answers = writer.write(prompts, stops)
    solutions = [
        Solution(
            problem.task_id,
            ""
            if answer.end == "no room"
            else _program(problem, answer.text, stops, style, options),
            answer.text,
            answer.end,
        )
        for problem, answer in zip(problems.problems, answers, strict=True)
    ]
    tokens = sum(len(answer.ids) for answer in answers)
    return Solutions(problems.name, style, tuple(solutions), tokens, writer.positions)


def _program(
    problem: CodeProblem,
    answer: str,
    stops: tuple[str, ...],
    style: Style,
    options: GenerateOptions,
) -> str:
    written = before_stops(answer, stops)
    if style == "completion":
        return cut_program(program_start(problem) + written, problem.entry_point)
    block = code_block(answer_start(style, options) + written, problem.entry_point)
    return cut_program(block, problem.entry_point)
