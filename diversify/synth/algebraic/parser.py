"""Reading expressions: our own, and what a model writes, which is never executed."""

import re
from dataclasses import dataclass

from diversify.synth.algebraic.trees import FUNCTIONS, PRECEDENCE, Tree

TOKEN = re.compile(r"\s*([0-9]+|[a-z]+|[A-Z]|\*\*|[-+*/^()])", re.ASCII)
MAX_CHARACTERS = 4000
"""A longer text is not read: the longest right answer of the papers' grids has a tenth of that."""
MAX_DEPTH = 100
"""Brackets, functions and operators inside one another at most."""
MAX_DIGITS = 9
"""Digits of a whole number at most."""
BELOW_POWER = PRECEDENCE["^"]


class UnreadableError(ValueError):
    """A text is no expression, or too large a one."""


def parse(text: str) -> Tree:
    """Read an expression: blanks, spare brackets, ** for ^ and a minus sign (0 - x) are forgiven.

    Raises:
        UnreadableError: it is no expression, or has more than MAX_CHARACTERS, MAX_DEPTH or
            MAX_DIGITS.
    """
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError(f"longer than {MAX_CHARACTERS} characters")
    reader = _Reader(_tokens(text))
    tree, _ = reader.operation(0, 0)
    if reader.next():
        raise UnreadableError(f"'{reader.next()}' is too much")
    return tree


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise UnreadableError(f"no expression holds {text[at:].lstrip()[:1]!r}")
        tokens.append(found[1].replace("**", "^"))
        at = found.end()
    return tokens


Read = tuple[Tree, int]
"""A tree and how deep it is, functions among the levels."""


@dataclass
class _Reader:
    """Reads by precedence climbing; how deep it may go is bounded on the way down and up."""

    tokens: list[str]
    at: int = 0

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.next()
        if not token or (wanted and token != wanted):
            raise UnreadableError(f"'{wanted or 'more'}' is missing")
        self.at += 1
        return token

    def operation(self, least: int, down: int) -> Read:
        """Read operators that bind at least as much as `least`, `down` levels inside the text."""
        if down > MAX_DEPTH:
            raise UnreadableError(f"more than {MAX_DEPTH} levels deep")
        left = self.operand(down)
        while PRECEDENCE.get(self.next(), -1) >= least:
            head = self.take()
            binds = PRECEDENCE[head]
            left = _joined(head, left, self.operation(binds + (head != "^"), down + 1))
        return left

    def operand(self, down: int) -> Read:
        token = self.take()
        if token == "-":
            return _joined("-", (Tree("0"), 0), self.operation(BELOW_POWER, down + 1))
        if token == "(":
            inner = self.operation(0, down + 1)
            self.take(")")
            return inner
        if token in FUNCTIONS:
            self.take("(")
            inner = self.operation(0, down + 1)
            self.take(")")
            return _joined(token, inner)
        return _leaf(token), 0


def _joined(head: str, *parts: Read) -> Read:
    deep = 1 + max(below for _, below in parts)
    if deep > MAX_DEPTH:
        raise UnreadableError(f"more than {MAX_DEPTH} levels deep")
    return Tree(head, tuple(tree for tree, _ in parts)), deep


def _leaf(token: str) -> Tree:
    if token.isdigit():
        if len(token) > MAX_DIGITS:
            raise UnreadableError(f"a number of more than {MAX_DIGITS} digits")
        return Tree(str(int(token)))
    if token.isalpha() and len(token) == 1:
        return Tree(token)
    raise UnreadableError(f"'{token}' is no variable, number or function")
