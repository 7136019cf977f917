"""Markov algorithms: ordered rules of rewriting, run on a string until none applies.

The first rule whose pattern occurs is applied at its leftmost occurrence, again and again, until
no rule applies or a stop rule has been applied (A. A. Markov, Theory of Algorithms, 1954; arXiv
2410.04717, appendix A). An empty pattern occurs at the start of every string.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from diversify.config.rewrite_run import RewriteRunOptions
from diversify.errors import ConfigError, DataError

ARROW, STOP = "->", "->."


@dataclass(frozen=True)
class Rule:
    """Replace `pattern` by `replacement`; a stop rule ends the run."""

    pattern: str
    replacement: str
    stops: bool = False

    def __str__(self) -> str:
        parts = (self.pattern, STOP if self.stops else ARROW, self.replacement)
        return " ".join(part for part in parts if part)


@dataclass(slots=True)
class Step:
    """A rule applied once."""

    rule: int
    """Number of the rule, from 1."""
    position: int
    """Where its pattern begins in `before`, from 0."""
    before: str
    after: str


@dataclass(frozen=True)
class Run:
    """How a run ended."""

    result: str
    steps: int
    stopped_by: int | None
    """Number of the stop rule; None where no rule applied any more."""


def parse_rule(text: str) -> Rule:
    """Read `x -> y`, or the stop rule `x ->. y`; blanks around x and y do not count.

    Raises:
        ValueError: there is no arrow, or more than one.
    """
    pattern, arrow, rest = text.partition(ARROW)
    if not arrow or ARROW in rest:
        found = "two arrows" if arrow else "no arrow"
        raise ValueError(f"{found}: write one rule as `x -> y`, or as `x ->. y` to stop there")
    return Rule(pattern.strip(), rest.removeprefix(".").strip(), rest.startswith("."))


def run(
    rules: Sequence[Rule],
    string: str,
    options: RewriteRunOptions,
    watch: Callable[[int, Step], None] = lambda number, step: None,
) -> Run:
    """Run an algorithm to its end; `watch` sees each step, numbered from 1, as it is made.

    Raises:
        DataError: an earlier string came back, so that the run never ends.
        ConfigError: the run is longer than `max_steps`, or a string longer than `max_length`.
    """
    number, result, stopped_by = 0, string, None
    landmark, since = string, 0
    for step in steps(rules, string):
        if number == options.max_steps:
            raise ConfigError(f"no end after {number} steps: raise --max-steps, if it ever ends")
        number, result = number + 1, step.after
        watch(number, step)
        if rules[step.rule - 1].stops:
            stopped_by = step.rule
        elif result == landmark:
            raise DataError(f"it never ends: step {number} brings back the string of step {since}")
        elif len(result) > options.max_length:
            raise ConfigError(
                f"step {number} makes a string of {len(result)} characters: raise --max-length"
            )
        # kept at each power of two, one string is enough to meet every cycle (Brent 1980)
        if number & (number - 1) == 0:
            landmark, since = result, number
    return Run(result, number, stopped_by)


def steps(rules: Sequence[Rule], string: str) -> Iterator[Step]:
    """Apply the first rule that applies at its leftmost match, again and again, maybe for ever.

    A step takes O(rules x length) at worst.
    """
    while (found := _first_match(rules, string)) is not None:
        number, position = found
        rule = rules[number - 1]
        after = string[:position] + rule.replacement + string[position + len(rule.pattern) :]
        yield Step(number, position, string, after)
        if rule.stops:
            return
        string = after


def _first_match(rules: Sequence[Rule], string: str) -> tuple[int, int] | None:
    for number, rule in enumerate(rules, start=1):
        position = string.find(rule.pattern)
        if position >= 0:
            return number, position
    return None
