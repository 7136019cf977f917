"""What the report knows of a kind of experiment: a record, and no code."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from diversify.report.kinds.result import Result
from diversify.report.papers import Mark

SETS = "set"
"""The name under which test sets stand among the axes."""


@dataclass(frozen=True)
class Stroke:
    """How a curve is drawn: its words, and the colour of the look it takes."""

    words: str
    colour: str
    style: str = "-"
    marker: str = "o"
    strength: float = 1.0


@dataclass(frozen=True)
class View:
    """One figure of a kind."""

    spread: tuple[str, ...]
    """Axes by rank. Of those that vary, the first runs along x, the second makes the curves, and
    the others small panels. Without test sets among them, the main one alone is drawn."""
    name: str = "accuracy"
    """What its file is called."""
    asked: str = ""
    """The question it answers, where that is not its kind's."""


@dataclass(frozen=True)
class Kind:
    """An experiment the report can draw, tell and tabulate."""

    name: str
    asked: str
    """The question that the figure answers."""
    needs: frozenset[str]
    """Axes that its cells hold."""
    views: tuple[View, ...]
    sets: Mapping[str, Stroke] = field(default_factory=dict)
    """Test sets that are drawn, the main one last, on top; empty: those that were scored."""
    options: frozenset[str] = frozenset()
    """Options without which it is another experiment, such as the length of a key."""
    tabulated: tuple[str, str] | None = None
    """Axes of its cross table: down and across."""
    derive: Callable[[Sequence[Result]], list[Result]] = list
    """Reads an axis that no cell holds, such as the steps in the names of test sets."""
    derived: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Such an axis, and the axes of the cells that it stands for."""
    marks: tuple[Mark, ...] = ()
    """What the papers reported along any axis, drawn behind in grey."""
    papers: str = ""
    """What the papers found, at their scale, in a sentence."""

    @property
    def main(self) -> str:
        """The test set that its sentences speak of."""
        return next(reversed(list(self.sets)), "unseen")
