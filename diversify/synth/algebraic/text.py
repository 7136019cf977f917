"""The one way in which an expression is written: no blanks, and no bracket that can be left out."""

from typing import Literal

from diversify.synth.algebraic.trees import PRECEDENCE, Tree

Brackets = Literal["few", "all"]
"""Brackets where reading needs them, or around every operation that stands inside another."""

ALWAYS = max(PRECEDENCE.values()) + 1
"""Binds more than any operator does."""


def text_of(tree: Tree, brackets: Brackets = "few") -> str:
    """Write a tree, so that parsing gives it back: x-(y-z), (x*y)^2, sin(x+1)."""
    return _written(tree, 0, brackets == "all")


def _written(tree: Tree, least: int, always: bool) -> str:
    """Write a tree for a place that takes operators of precedence `least` without brackets."""
    head, arguments = tree
    if not arguments:
        return head
    if len(arguments) == 1:
        return f"{head}({_written(arguments[0], 0, always)})"
    binds = PRECEDENCE[head]
    # the side to which an operator groups may hold the operator itself
    left, right = (binds + 1, binds) if head == "^" else (binds, binds + 1)
    if always:
        left = right = ALWAYS
    body = f"{_written(arguments[0], left, always)}{head}{_written(arguments[1], right, always)}"
    return f"({body})" if binds < least else body
