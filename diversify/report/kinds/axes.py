"""Axes in words: what they are called, how their values are written and where they stand."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from diversify.report.words import (
    is_number,
    percent,
    plain,
    short_number,
    sortable,
    value_in_words,
)

Scale = Literal["log", "linear", "percent", "steps", "bars"]
"""The last two hold places side by side: steps have an order that a line may follow."""


def uniform_first(value: Any) -> Any:
    """Order shapes of the power law: uniform, then ever steeper."""
    return -value if is_number(value) else float("-inf")


def mixtures_last(value: Any) -> Any:
    """Order lists joined by + by their length, then by what they hold."""
    parts = str(value).split("+")
    return len(parts), [sortable(int(part) if part.isdigit() else part) for part in parts]


def of_families(value: Any) -> Any:
    """Order families as the papers name them, alone before mixed."""
    known = ("repeated", "periodic", "mirrored")
    parts = str(value).split("+")
    return len(parts), [known.index(one) if one in known else len(known) for one in parts], parts


@dataclass(frozen=True)
class Axis:
    """How an axis is drawn and told."""

    words: str
    """Its title."""
    scale: Scale
    say: str | Callable[[Any], str] = "{}"
    """A value in a sentence."""
    short: str = ""
    """Its title on a phone, if another."""
    tick: Callable[[Any], str] = value_in_words
    """A value under the axis, or in a table."""
    order: Callable[[Any], Any] = sortable

    def told(self, value: Any) -> str:
        """Write a value as in a sentence."""
        if callable(self.say):
            return self.say(value)
        return self.say.format(self.tick(value) if self.scale != "log" else value_in_words(value))

    def places(self, values: Iterable[Any]) -> list[Any]:
        """Values in the order in which they stand."""
        return sorted(dict.fromkeys(values), key=self.order)


def joined(value: Any) -> str:
    """Write a list joined by + with room around it."""
    return str(value).replace("+", " + ")


def families(value: Any) -> str:
    """Write the families of a training set."""
    return "all three" if str(value).count("+") == 2 else joined(value)


def shape(value: Any) -> str:
    """Write a shape of the power law as in a sentence."""
    return f"a = {value:g}" if is_number(value) else str(value)


def steps(value: Any) -> str:
    """Write a number of steps."""
    return f"{value} step" if value == 1 else f"{value} steps"


def times(value: Any) -> str:
    """Write how often, or how often in turn."""
    return f"{joined(value)} ×"


def given(value: Any) -> str:
    """Write a value as it is."""
    return str(value)


RULES = "Different rules in the training set"
AXES = {
    "instructions": Axis(RULES, "log", "{} rules", "Different rules", short_number),
    "algorithms": Axis("Different algorithms in the training set", "log", "{} algorithms"),
    "rules": Axis(RULES, "log", "{} rules", "Different rules", short_number),
    "examples": Axis("Training examples", "log", "{} examples", "", short_number),
    "share": Axis("Share of the budget given to other domains", "percent", tick=percent),
    "noop_share": Axis("Share of inputs without the pattern", "percent", "{} no-ops", "", percent),
    "shape": Axis(
        "Shape a of the power law: uniform, then ever steeper", "steps", shape,
        "Shape of the power law", order=uniform_first,
    ),
    "families": Axis("Families of patterns", "bars", tick=families, order=of_families),
    "k_max": Axis("Largest k in the training set", "log", "k up to {}"),
    "occurrences": Axis(
        "Occurrences of the pattern in training inputs", "bars", "{} in an input", "Occurrences",
        times, mixtures_last,
    ),
    "arm": Axis("Training examples kept", "bars", tick=given, order=lambda _: 0),
    "diversify_share": Axis(
        "Share of the examples given to diversifying rules", "percent", "{} diversifying",
        "Share of diversifying rules", percent,
    ),
    "diversify_rules": Axis(
        "Different diversifying rules", "log", "{} diversifying rules", tick=short_number
    ),
    "pattern_depth": Axis("Depth of the patterns", "linear", "depth {}"),
    "answer": Axis("What the model writes", "bars", tick=given),
    "steps": Axis("Steps that the input needs", "linear", steps),
    "input_length": Axis("Letters in the input", "linear", "input {}"),
    "pattern_length": Axis("Letters in the pattern", "linear", "pattern {}"),
}  # fmt: skip
"""Axes by name; any other is written as it is called."""


def axis_of(name: str, values: Sequence[Any]) -> Axis:
    """Give an axis that these values can stand on, known or made up."""
    numbers = [value for value in values if is_number(value)]
    whole = len(numbers) == len(values)
    known = AXES.get(name)
    if known is None:
        scale: Scale = ("log" if is_wide(numbers) else "linear") if whole else "bars"
        return Axis(plain(name).capitalize(), scale, plain(name) + " {}")
    fits = whole and (known.scale != "log" or min(numbers, default=0) > 0)
    if known.scale in ("steps", "bars") or fits:
        return known
    return Axis(known.words, "steps", known.say, known.short, known.tick, known.order)


def is_wide(numbers: Sequence[float]) -> bool:
    """Tell whether numbers lie so far apart that a plain axis would crowd the small ones."""
    return bool(numbers) and min(numbers) > 0 and max(numbers) / min(numbers) > 30
