"""Whether two expressions are equal in value, as far as random points can tell."""

import numpy as np

from diversify.synth.algebraic.trees import Tree
from diversify.synth.algebraic.values import points, values_and_errors

POINTS = 64
DECISIVE = 4
"""Points at which both must have a value that rounding has left precise."""
PRECISE = 1e-6
"""Relative rounding error up to which a value is precise."""
ALMOST_ZERO = 1e-9
"""The same, absolute, for values near zero."""
MARGIN = 8.0
"""The error bound is of first order; so many times it is granted."""


def have_same_value(first: Tree, second: Tree) -> bool:
    """Compare two expressions at random positive points, in real numbers.

    They must agree within the rounding error that their own operations can have made, at every
    point where both have a precise value, and there must be DECISIVE such points. A point where
    one has no value says nothing: sqrt(x)^2 and x are equal.
    """
    at = points(POINTS, seed=1)
    (a, a_error), (b, b_error) = values_and_errors(first, at), values_and_errors(second, at)
    apart, error = np.abs(a - b), a_error + b_error
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(a), np.abs(b))
        precise = np.isfinite(apart) & (error <= np.maximum(PRECISE * size, ALMOST_ZERO))
        differ = precise & (apart > MARGIN * error)
    return bool(np.broadcast_to(precise, POINTS).sum() >= DECISIVE and not differ.any())
