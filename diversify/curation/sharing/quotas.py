"""Quotas that must hold together: how much each part gives of each cluster, or which clash.

A table of parts by clusters whose row sums, column sums and total have bounds is a transportation
problem: its linear programme has whole-number corners, so the solver's answer needs no rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog

from diversify.curation.sharing.apportion import Counts

Table = npt.NDArray[np.int64]
"""(parts, clusters)"""


@dataclass(frozen=True)
class Demand:
    """One wish, such as a quota: bounds on some sums of the table."""

    words: str
    """As the user wrote it."""
    sums: tuple[int, ...]
    """Which sums: 0 is the total, then the parts, then the clusters."""
    least: tuple[int, ...]
    most: tuple[int, ...]


def fill(supply: Table, wanted: Table, demands: Sequence[Demand]) -> Table:
    """Find the table nearest to the wanted one, in the sum of differences, that meets all demands.

    Args:
        supply: most of each cell.
        wanted: what each cell would get if there were no demands.
        demands: all of them, which must not clash.
    """
    if meets(wanted, demands):
        return wanted
    cells = supply.size
    sums, least, most = _bounds(supply.shape, demands)
    # x - over + under = wanted: the cost is over + under
    identity = sparse.identity(cells, format="csr")
    found = linprog(
        np.concatenate([np.zeros(cells), np.ones(2 * cells)]),
        A_eq=sparse.hstack([identity, -identity, identity], format="csr"),
        b_eq=wanted.ravel(),
        A_ub=sparse.hstack([_both(sums), sparse.csr_matrix((2 * sums.shape[0], 2 * cells))]),
        b_ub=np.concatenate([most, -least]),
        bounds=[*((0, most) for most in supply.ravel()), *[(0, None)] * (2 * cells)],
        method="highs",
    )
    assert found.status == 0, f"demands that do not clash could not be met: {found.message}"
    table: Table = np.rint(found.x[:cells]).astype(np.int64).reshape(supply.shape)
    return table


def meets(table: Table, demands: Sequence[Demand]) -> bool:
    """Say whether a table's sums are all within bounds."""
    sums, least, most = _bounds(table.shape, demands)
    got = sums @ table.ravel()
    return bool(((got >= least) & (got <= most)).all())


def clash(supply: Table, demands: Sequence[Demand]) -> tuple[list[Demand], int]:
    """Name the fewest demands that cannot hold together, and by how much they miss each other.

    Drops one demand after the other while the rest still clash (the deletion filter of Chinneck
    and Dravnieks 1991). Gives no demands, and 0, where all can be met.
    """
    if not _short(supply, demands):
        return [], 0
    left = list(demands)
    for demand in demands:
        rest = [other for other in left if other is not demand]
        if rest and _short(supply, rest):
            left = rest
    return left, _short(supply, left)


def _short(supply: Table, demands: Sequence[Demand]) -> int:
    """By how much the sums must leave their bounds, at least, in all; 0 if they need not."""
    sums, least, most = _bounds(supply.shape, demands)
    count = sums.shape[0]
    slack = sparse.identity(count, format="csr")
    none = sparse.csr_matrix((count, count))
    found: Any = linprog(
        np.concatenate([np.zeros(supply.size), np.ones(2 * count)]),
        A_ub=sparse.bmat([[sums, -slack, none], [-sums, none, -slack]], format="csr"),
        b_ub=np.concatenate([most, -least]),
        bounds=[*((0, most) for most in supply.ravel()), *[(0, None)] * (2 * count)],
        method="highs",
    )
    return round(float(found.fun))


def _bounds(shape: tuple[int, ...], demands: Sequence[Demand]) -> tuple[Any, Counts, Counts]:
    """Give the demanded sums as a matrix over the cells, with their bounds."""
    parts, clusters = shape
    every = sparse.vstack(
        [
            np.ones((1, parts * clusters)),
            sparse.kron(sparse.identity(parts), np.ones((1, clusters))),
            sparse.kron(np.ones((1, parts)), sparse.identity(clusters)),
        ],
        format="csr",
    )
    rows = [place for demand in demands for place in demand.sums]
    least = np.array([value for demand in demands for value in demand.least], dtype=np.int64)
    most = np.array([value for demand in demands for value in demand.most], dtype=np.int64)
    return every[rows], least, most


def _both(sums: Any) -> Any:
    return sparse.vstack([sums, -sums], format="csr")
