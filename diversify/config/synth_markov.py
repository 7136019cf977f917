"""Options of `synth markov`: runs of Markov algorithms, several steps each."""

from math import perm
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.base import Options

Counts = list[Annotated[int, Field(ge=1)]]
"""Numbers of steps."""


class SynthMarkovOptions(Options):
    """Rewriting in several steps: run an ordered list of rules until none applies."""

    algorithms: int = Field(10_000, ge=1)
    """Number of distinct training algorithms, each an ordered list of rules."""
    examples: int = Field(100_000, ge=1)
    """Number of training examples, shared evenly by the algorithms: the fixed budget."""
    rules: int = Field(2, ge=1, le=9)
    """Rules in an algorithm."""
    stop_share: float = Field(0.0, ge=0.0, le=1.0)
    """Share of stop rules, which end a run; other runs end when no rule applies."""
    chain_share: float = Field(0.0, ge=0.0, le=1.0)
    """Share of rules whose replacement is the pattern of another rule of the list, so that a step
    makes a further one possible."""
    alphabet: int = Field(10, ge=2, le=26)
    """Number of letters that strings are made of; the fewer, the more often a step opens or closes
    the way for another rule, so that the last string cannot be told in one pass."""
    input_length: int = Field(6, ge=1)
    """Letters in an input string, and so in every string of its run."""
    pattern_length: int = Field(2, ge=1, le=12)
    """Letters in a rule's pattern and in its replacement."""
    planted: int = Field(3, ge=0)
    """Patterns put into a random input at most; how many, which and where is drawn."""
    steps: Counts = Field([1, 2, 3], min_length=1)
    """Steps that training runs take, as many runs of each number."""
    test_steps: Counts = Field([1, 2, 3, 4, 5], min_length=1)
    """Steps that test runs take; each number is a part of its own in the scores."""
    answer: Literal["trace", "result"] = "trace"
    """trace: the answer is the string after each step; result: the last string alone."""
    tests: int = Field(2000, ge=1)
    """Number of test examples, each of an algorithm that shares no rule with training."""
    seed: int = Field(0, ge=0)
    """Seed of every draw; the same seed writes the same bytes."""

    @property
    def longest_run(self) -> int:
        """Most steps of any run."""
        return max(*self.steps, *self.test_steps)

    @property
    def tokens_per_row(self) -> int:
        """Most tokens of a row under the symbols tokenizer, its special ones included."""
        arrow = 2 if self.stop_share else 1
        algorithm = self.rules * (2 * self.pattern_length + arrow + 1) - 1
        strings = self.longest_run if self.answer == "trace" else 1
        answer = strings * (self.input_length + 1) - 1
        # start, algorithm, line end, input, separator, answer, end
        return 1 + algorithm + 1 + self.input_length + 1 + answer + 1

    @field_validator("steps", "test_steps")
    @classmethod
    def _each_once(cls, steps: list[int]) -> list[int]:
        if len(set(steps)) < len(steps):
            raise ValueError(f"{steps} names a number twice: name each once")
        return steps

    @model_validator(mode="after")
    def _can_be(self) -> "SynthMarkovOptions":
        fault = self._fault_of_lengths() or self._fault_of_counts() or self._fault_of_steps()
        if fault:
            raise ValueError(fault)
        return self

    def _fault_of_lengths(self) -> str:
        if self.pattern_length > self.input_length:
            return (
                f"pattern_length {self.pattern_length} is longer than "
                f"input_length {self.input_length}: raise input_length"
            )
        if self.rules == 1 and self.chain_share:
            return (
                f"chain_share {self.chain_share} needs another rule to lead to: "
                "set it to 0, or raise rules"
            )
        return ""

    def _fault_of_counts(self) -> str:
        patterns = self.alphabet**self.pattern_length
        # each list has its patterns in some order and any replacements; half of all rules are
        # kept for tests
        lists = perm(patterns, self.rules) * (patterns - 1) ** self.rules // 2**self.rules
        if max(self.algorithms, self.tests) > lists:
            return (
                f"algorithms {self.algorithms} and tests {self.tests}: only about {lists} lists "
                f"of {self.rules} rules exist for each: raise alphabet or pattern_length"
            )
        if self.examples < self.algorithms:
            return (
                f"examples {self.examples} is less than algorithms {self.algorithms}: "
                "each algorithm needs an example"
            )
        if self.tests < len(self.test_steps):
            return (
                f"tests {self.tests} is less than the {len(self.test_steps)} numbers in "
                "test_steps: each needs an example"
            )
        return ""

    def _fault_of_steps(self) -> str:
        longest = self.longest_run
        if self.stop_share == 1 and longest > 1:
            return (
                f"stop_share 1 ends every run after one step, and none takes {longest}: "
                "lower stop_share"
            )
        most = self.rules * (self.input_length - self.pattern_length + 1)
        if longest > most:
            return (
                f"a run of {longest} steps is out of reach: rules times the places of a pattern "
                f"in an input is {most}: lower steps and test_steps, or raise input_length"
            )
        return ""
