"""Proof of the rules by a computer algebra system: sympy, with positive variables."""

import random
from dataclasses import dataclass
from typing import Any

from diversify.synth.algebraic.rules import Rule
from diversify.synth.algebraic.trees import Tree

DIGITS = 30
"""Decimal digits of a value."""
TOLERANCE = 1e-20
"""What two equal values may differ by, relative to them where they are large."""


@dataclass(frozen=True)
class Verification:
    """What was found about a rule."""

    rule: Rule
    points: int
    """Random points at which both sides have a real value."""
    unequal: int
    """Those of them at which the sides differ."""
    symbolic: bool
    """Whether it was tried, and simplifying left - right gives 0."""

    @property
    def holds(self) -> bool:
        """Whether the sides were compared and never differed."""
        return self.points > 0 and self.unequal == 0


def verify(rule: Rule, points: int = 5, symbolically: bool = True, seed: int = 0) -> Verification:
    """Compare the sides of a rule at random positive rational points, and symbolically."""
    rng = random.Random(f"{seed} {rule.number}")
    left, right = as_sympy(rule.left), as_sympy(rule.right)
    pairs = [_both(left, right, rng) for _ in range(points)]
    real = [(a, b) for a, b in pairs if a.is_real and b.is_real]
    unequal = sum(bool(abs(a - b) > TOLERANCE * (1 + abs(a))) for a, b in real)
    return Verification(rule, len(real), unequal, symbolically and _is_zero(left - right))


def as_sympy(tree: Tree) -> Any:
    """Give a tree to sympy, its variables as positive symbols; no text is evaluated."""
    import sympy

    head, arguments = tree
    if not arguments:
        return sympy.Integer(head) if head.isdigit() else sympy.Symbol(head, positive=True)
    parts = [as_sympy(argument) for argument in arguments]
    match head, parts:
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return a - b
        case "*", [a, b]:
            return a * b
        case "/", [a, b]:
            return a / b
        case "^", [a, b]:
            return a**b
    return getattr(sympy, head)(*parts)


def _both(left: Any, right: Any, rng: random.Random) -> tuple[Any, Any]:
    import sympy

    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    at = {symbol: sympy.Rational(rng.randint(1, 300), 100) for symbol in symbols}
    return left.subs(at).evalf(DIGITS), right.subs(at).evalf(DIGITS)


def _is_zero(difference: Any) -> bool:
    import sympy

    left = difference
    for simpler in (sympy.expand, sympy.cancel, _logarithms, sympy.expand_trig, sympy.simplify):
        left = simpler(left)
        if left == 0:
            return True
    return bool(sympy.simplify(_whole_angles(difference)) == 0)


def _logarithms(expression: Any) -> Any:
    import sympy

    return sympy.powdenest(sympy.expand_log(expression, force=True), force=True)


def _whole_angles(expression: Any) -> Any:
    """Double every variable, so that half an angle is a whole one, and expand."""
    import sympy

    doubled = {symbol: 2 * symbol for symbol in expression.free_symbols}
    return sympy.expand_trig(expression.subs(doubled, simultaneous=True))
