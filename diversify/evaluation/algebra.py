"""Judging answers in algebra: the very rewriting asked for, and mathematical equivalence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.synth.algebraic.equality import have_same_value
from diversify.synth.algebraic.parser import UnreadableError, parse
from diversify.synth.algebraic.trees import Tree

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class AlgebraJudgement:
    """What was found about each answer, in the order of the rows: each array is (n,)."""

    structure: Flags
    """The very rewriting asked for; blanks and spare brackets are forgiven."""
    equivalent: Flags
    """Equal in value to the expression given; a copy of that is equal too."""
    unchanged: Flags
    """The expression given, copied."""
    unparsed: Flags
    """No expression, or too large a one to read."""

    def summary(self) -> dict[str, float | int]:
        """Number of rows, and the share of them of which each holds."""
        found = {
            "structure": self.structure,
            "equivalent": self.equivalent,
            "unchanged": self.unchanged,
            "unparsed": self.unparsed,
        }
        shares = {name: round(float(flags.mean()), 6) for name, flags in found.items()}
        return {"rows": len(self.structure), **shares}


def judge_algebra(answers: Sequence[str], rows: pd.DataFrame) -> AlgebraJudgement:
    """Judge answers to rows with columns `input` and `response`.

    The first line of an answer that is not blank counts: a model that was not trained to stop
    goes on. Nothing of an answer is executed, and what it may cost is bounded: about 0.2 ms a
    row, 20 ms for the largest answer that is read at all.

    Raises:
        UnreadableError: an input or a response of the rows is no expression.
    """
    judged = [
        _judged(first_line(answer), parse(given), parse(wanted))
        for answer, given, wanted in zip(answers, rows["input"], rows["response"], strict=True)
    ]
    table = np.array(judged, dtype=bool).reshape(-1, 4)
    return AlgebraJudgement(*table.T)


def first_line(answer: str) -> str:
    """Give the first line that is not blank."""
    return answer.strip().partition("\n")[0]


def _judged(answer: str, given: Tree, wanted: Tree) -> tuple[bool, bool, bool, bool]:
    try:
        tree = parse(answer)
    except UnreadableError:
        return False, False, False, True
    structure, unchanged = tree == wanted, tree == given
    # the rules are proven, and a copy is equal whatever the points say
    return structure, structure or unchanged or have_same_value(tree, given), unchanged, False
