"""What expressions come to at given points, in real numbers, and how far rounding may have gone."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diversify.synth.algebraic.trees import Tree

Reals = NDArray[np.float64]
ROUNDING = 2.0 * float(np.finfo(np.float64).eps)
"""Relative error of one operation: half a unit in the last place, and some for functions."""
POINTS = 32
OFTEN = 8
"""Points, of POINTS, at which an expression must have a real value to be worth asking about."""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


@cache
def points(count: int, lowest: float = 0.3, highest: float = 2.4, seed: int = 0) -> dict[str, Any]:
    """Draw `count` values of every letter, evenly between two bounds: letter -> (count,)."""
    rng = np.random.default_rng(seed)
    return {letter: rng.uniform(lowest, highest, count) for letter in LETTERS}


def values(tree: Tree, at: Mapping[str, Reals]) -> Reals:
    """Compute a tree at points; not a number where it has no real value: (n,).

    A power has a value where its base is positive or its exponent is written as a number.

    Raises:
        FloatingPointError: at some point a divisor is zero or a result too large for a float.
    """
    with np.errstate(divide="raise", over="raise", invalid="ignore", under="ignore"):
        found: Reals = _value(tree, at)
    return found


def often_real(*trees: Tree, at: Mapping[str, Reals] | None = None) -> bool:
    """Say whether all the trees together have values at OFTEN of POINTS random points."""
    real = np.ones(POINTS, dtype=bool)
    try:
        for tree in trees:
            real &= np.isfinite(values(tree, at or points(POINTS)))
    except FloatingPointError:
        return False
    return bool(real.sum() >= OFTEN)


def values_and_errors(tree: Tree, at: Mapping[str, Reals]) -> tuple[Reals, Reals]:
    """Compute a tree at points, and bound the rounding error: two arrays of (n,).

    The bound is the usual running one, of first order: what an operation makes of its arguments'
    errors, and its own rounding. Nothing is raised; where there is no value, neither is a number.
    """
    with np.errstate(all="ignore"):
        return _bounded(tree, at)


def _value(tree: Tree, at: Mapping[str, Reals]) -> Any:
    head, arguments = tree
    if not arguments:
        return at[head] if head in at else np.float64(head)
    if head == "^":
        return _power(_value(arguments[0], at), _value(arguments[1], at), arguments[1])
    return OPERATIONS[head](*[_value(argument, at) for argument in arguments])


def _power(base: Any, exponent: Any, written: Tree) -> Any:
    undefined = np.isnan(base) | np.isnan(exponent)  # numpy has nan^0 = 1^nan = 1
    if not written.head.isdigit():
        undefined = undefined | (base <= 0)
    return np.where(undefined, np.nan, np.power(np.where(undefined, 1.0, base), exponent))


def _bounded(tree: Tree, at: Mapping[str, Reals]) -> tuple[Any, Any]:
    head, arguments = tree
    if not arguments:
        exact = at[head] if head in at else np.float64(head)
        return exact, np.zeros_like(exact)
    found = [_bounded(argument, at) for argument in arguments]
    numbers = [number for number, _ in found]
    result = (
        _power(numbers[0], numbers[1], arguments[1]) if head == "^" else OPERATIONS[head](*numbers)
    )
    result = np.where(np.isfinite(result), result, np.nan)
    inherited = ERRORS[head](result, *[part for pair in found for part in pair])
    return result, inherited + ROUNDING * np.abs(result)


def _error_of_power(r: Any, a: Any, a_error: Any, b: Any, b_error: Any) -> Any:
    of_base = np.where(a == 0, a_error**b, np.abs(r * b * (a_error / a)))
    return of_base + np.where(b_error > 0, np.abs(r * np.log(np.abs(a)) * b_error), 0.0)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
}
"""How an operation is computed; ^ has a function of its own."""

# in this order of factors, so that no product is lost for being too small a number
ERRORS: dict[str, Callable[..., Any]] = {
    "+": lambda r, a, a_error, b, b_error: a_error + b_error,
    "-": lambda r, a, a_error, b, b_error: a_error + b_error,
    "*": lambda r, a, a_error, b, b_error: np.abs(b) * a_error + np.abs(a) * b_error,
    "/": lambda r, a, a_error, b, b_error: a_error / np.abs(b) + np.abs(r * (b_error / b)),
    "^": _error_of_power,
    "sin": lambda r, a, a_error: a_error,
    "cos": lambda r, a, a_error: a_error,
    "tan": lambda r, a, a_error: (1 + r * r) * a_error,
    "exp": lambda r, a, a_error: r * a_error,
    "log": lambda r, a, a_error: a_error / np.abs(a),
    "sqrt": lambda r, a, a_error: np.sqrt(a + a_error) - r,
}
"""What an operation makes of its arguments' errors: (result, argument, its error, ...) -> error."""
