"""Short rows whose products bound the cosines of long ones."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import Positions, Vectors
from diversify.curation.near.workers import parts_of

WIDTHS = (15, 31, 47, 63, 95, 127, 191)
"""Numbers of main directions to choose from; all directions are the last choice. With what is left
of a row they make 16, 32 ...: products of rows of 49 numbers take twice as long as of 48."""
ALONE = 80
"""A product of two rows alone takes as long as so many in a product of matrices."""
PARTS = 16
"""Parts of a block's right rows: where many pairs are left, all of a part get their products."""
ROUNDS = 4
"""Rounds of the search for main directions."""
ROWS_AT_ONCE = 4096
"""Rows held in float64 at a time."""

Floats = npt.NDArray[np.float64]


def main_directions(sample: Vectors) -> Floats:
    """Find the directions along which rows are longest, longest first: (d, at most 191).

    Subspace iteration, without centring: orthonormal whatever it finds, and found well enough
    after a few rounds.
    """
    rows = units(sample)
    basis = np.random.default_rng(0).normal(size=(rows.shape[1], min(WIDTHS[-1], rows.shape[1])))
    for _ in range(ROUNDS):
        basis = np.linalg.qr(rows.T @ (rows @ basis))[0]
    turned = rows @ basis
    _, axes = np.linalg.eigh(turned.T @ turned)
    longest_first: Floats = basis @ axes[:, ::-1]
    return longest_first


def as_many_as_pay(
    directions: Floats, blocks: Iterable[tuple[Vectors, Vectors]], cosine: float
) -> Floats:
    """Give the first of the directions, or all there are, by the cost of some blocks of pairs.

    The more directions, the longer a product of heads takes, and the fewer pairs it leaves, which
    then take a product of all d numbers.
    """
    dimensions = len(directions)
    costs = {width: 0.0 for width in WIDTHS if width < dimensions} | {dimensions: 0.0}
    for left, right in blocks:
        one, two = units(left), units(right)
        for width in costs:
            some = directions[:, :width] if width < dimensions else np.eye(dimensions)
            left_over = onto(one, some) @ onto(two, some).T >= cosine
            shares = [part.mean() for part in np.array_split(left_over, PARTS, axis=1) if part.size]
            costs[width] += width + dimensions * np.minimum(1, ALONE * np.array(shares)).mean()
    best = min(costs, key=costs.__getitem__)
    return directions[:, :best] if best < dimensions else np.eye(dimensions)


def heads_of(vectors: Vectors, rows: Positions, directions: Floats) -> Vectors:
    """Give the heads of some rows: (rows, width + 1).

    The product of two heads is at least the cosine of their rows, but for an error below 1e-3:
    what float32 can lose in products of rows of length 1 with at most 9216 numbers.
    """
    heads = np.empty((len(rows), directions.shape[1] + 1), dtype=np.float32)
    for part in parts_of(len(rows), ROWS_AT_ONCE):
        heads[part] = onto(units(vectors[rows[part]]), directions)
    return heads


def units(vectors: Vectors) -> Floats:
    """Scale rows to length 1; none may be zero."""
    wide = vectors.astype(np.float64)
    scaled: Floats = wide / np.sqrt(np.square(wide).sum(axis=1, keepdims=True))
    return scaled


def onto(rows: Floats, directions: Floats) -> Floats:
    """Turn rows of length 1 onto the directions; the length of what is left comes last.

    Cauchy-Schwarz on what is left: a.b <= head(a).head(b) + rest(a) rest(b).
    """
    turned = rows @ directions
    rest = np.sqrt(np.maximum(0, 1 - np.square(turned).sum(axis=1, keepdims=True)))
    return np.concatenate([turned, rest], axis=1)
