"""`diversify rewrite run`."""

from dataclasses import asdict
from typing import Annotated, Any

from cyclopts import Parameter

from diversify.cli.flags import AsJson, Flat
from diversify.cli.output import summary_document, tell
from diversify.config.rewrite_run import RewriteRunOptions
from diversify.errors import ConfigError
from diversify.io.markov_rules import read_rules
from diversify.synth.markov import Step, run

MARKS = ("[]", "{}", "()", "«»", "‹›", "⟦⟧")
"""Pairs that may mark a place; one is taken that the rules and the string do not hold."""


def rewrite_run(
    rules: Annotated[
        str,
        Parameter(
            name="RULES",
            help="File with a rule in each line, rules such as 'ab -> ba; b ->. c', or one of "
            "add, append-reverse, binary-to-unary, greatest-divisor, multiply, sort.",
        ),
    ],
    string: Annotated[str, Parameter(name="STRING", help="What the rules are run on.")],
    /,
    *,
    options: Annotated[RewriteRunOptions, Flat] = RewriteRunOptions(),
    trace: Annotated[
        bool, Parameter(negative=(), help="Print each step: its number, the rule, and where.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a Markov algorithm: an ordered list of rules `x -> y`.

    The first rule whose x occurs replaces its leftmost occurrence by y, again and again, until no
    rule applies or a stop rule `x ->. y` has been applied. An empty x occurs at the start of every
    string. Characters that would steer a terminal are printed as escapes.

    Example: diversify rewrite run append-reverse abb --trace
    """
    if not _is_text(rules + string):
        raise ConfigError("RULES and STRING must be valid UTF-8 text")
    algorithm = read_rules(rules)
    seen: list[dict[str, Any]] = []
    marks = _unused_marks([string, *map(str, algorithm)])
    names = [f"rule {number}: {_escaped(str(rule))}" for number, rule in enumerate(algorithm, 1)]
    width = max(map(len, names))

    def watch(number: int, step: Step) -> None:
        if trace and as_json:
            seen.append(asdict(step))
        elif trace:
            replaced = len(algorithm[step.rule - 1].pattern)
            print(f"{number:>4}  {names[step.rule - 1]:<{width}}  {_marked(step, replaced, marks)}")

    result = run(algorithm, string, options, watch)
    counts = {"rules": list(map(str, algorithm))} | asdict(result)
    document = summary_document("rewrite", counts | ({"trace": seen} if trace else {}), options, [])
    tell(_escaped(result.result), document, None, as_json)


def _is_text(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _unused_marks(texts: list[str]) -> str:
    held = set("".join(texts))
    return next((pair for pair in MARKS if held.isdisjoint(pair)), MARKS[0])


def _marked(step: Step, replaced: int, marks: str) -> str:
    """Show the string before a step, marks around the characters that it replaces."""
    end = step.position + replaced
    parts = (step.before[: step.position], step.before[step.position : end], step.before[end:])
    left, match, right = map(_escaped, parts)
    return f"{left}{marks[0]}{match}{marks[1]}{right}"


def _escaped(text: str) -> str:
    """Spell out each character that is not printable, such as an escape or a line end."""
    if text.isprintable():
        return text
    return "".join(
        mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text
    )
