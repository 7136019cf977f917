"""Which rows can be near which others, by their angles to common centres.

Angles obey the triangle inequality: of two rows at an angle of at most t, one is at most t nearer
to any centre than the other, or farther from it. So the rows of a shell, which lie at about one
angle around a centre, have all their near rows in a somewhat thicker shell.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversify.curation.near.cells import centres_of, sample_of, taken
from diversify.curation.near.rounding import Positions, Vectors, squared_lengths
from diversify.curation.near.workers import Run, parts_of

ROWS_PER_CELL, SHELLS = 300, 4
"""Rows of a cell, on average, and its shells: in shells of fewer rows products are slow."""
SAMPLE = 32
"""Rows for each centre, from which centres are found."""
ROWS_AT_ONCE = 1024
"""Rows in a matrix product: a multiple of 8, as the bits of 8 rows share a byte."""
MARGIN = 1e-4
"""More than the float32 cosine of two rounded rows can err: their product is exact."""


@dataclass(frozen=True)
class Shells:
    """Rows cell by cell and, in a cell, by falling cosine to its centre.

    Shell s holds rows[starts[s] : starts[s + 1]]; those of cell c are SHELLS in a row.
    """

    centres: Vectors  # (cells, d)
    rows: Positions  # (m,)
    cosines: Vectors  # (m,) to the centre of each row's cell
    starts: Positions  # (shells + 1,)


def shells_of(vectors: Vectors, rows: Positions, run: Run) -> Shells:
    """Put rows, none of them zero, into cells of some 300 and shells of some 75.

    Takes 2 m^2 d / 300 floating-point operations.
    """
    cells = max(1, len(rows) // ROWS_PER_CELL)
    centres = centres_of(sample_of(vectors, rows, SAMPLE * cells), cells, run)
    nearest = np.empty(len(rows), dtype=np.intp)
    cosines = np.empty(len(rows), dtype=np.float32)

    def assign(part: slice) -> None:
        among = _cosines(taken(vectors, rows[part]), centres)
        nearest[part] = among.argmax(axis=1)
        cosines[part] = among.max(axis=1)

    list(run(assign, parts_of(len(rows), ROWS_AT_ONCE)))
    order = np.lexsort((-cosines, nearest))
    ends = np.searchsorted(nearest[order], np.arange(len(centres) + 1))
    cuts = ends[:-1, None] + np.diff(ends)[:, None] * np.arange(SHELLS) // SHELLS
    starts = np.append(cuts.ravel(), len(rows))
    return Shells(centres, rows[order], cosines[order], starts)


@dataclass(frozen=True)
class Reach:
    """Which rows may be near to some row of a shell, for the shells of some cells."""

    spans: list[slice]
    """The rows of each shell."""
    first: int
    """The first row that is looked at: a multiple of 8."""
    bits: npt.NDArray[np.uint8]  # (shells, m / 8), a bit for each row from the first on
    once: bool
    """The rows are those of the shells, and each pair is wanted once."""

    def of(self, shell: int) -> Positions:
        """Give the rows that may be near to a shell; `once`: none that lie well before it."""
        passed = (self.spans[shell].start - self.first) // 8 if self.once else 0
        later = np.flatnonzero(np.unpackbits(self.bits[shell, passed:]))
        return self.first + 8 * passed + later


def reach_of(
    shells: Shells,
    cells: Positions,
    vectors: Vectors,
    rows: Positions,
    cosine: float,
    once: bool,
    run: Run,
) -> Reach:
    """Find the rows that may have a cosine of `cosine` or more with some row of a shell.

    Args:
        shells: all shells.
        cells: the cells to look at; beside the result, a bit for each of their shells and row.
        vectors: rows that `rounded` gave.
        rows: which of them are asked about.
        cosine: least cosine of a pair.
        once: the rows are those of the shells, and each pair is wanted once.
    """
    wanted = (cells[:, None] * SHELLS + np.arange(SHELLS)).ravel()
    spans = [slice(int(shells.starts[at]), int(shells.starts[at + 1])) for at in wanted]
    first = spans[0].start // 8 * 8 if once else 0
    least, most = (bound[wanted, None] for bound in _bounds(shells, cosine))
    bits = np.empty((len(wanted), -(-(len(rows) - first) // 8)), dtype=np.uint8)

    def mark(part: slice) -> None:
        places = rows[first + part.start : first + part.stop]
        among = np.repeat(_cosines(taken(vectors, places), shells.centres[cells]).T, SHELLS, axis=0)
        near = (among >= least) & (among <= most)  # (shells, rows)
        bits[:, part.start // 8 : -(-part.stop // 8)] = np.packbits(near, axis=1)

    list(run(mark, parts_of(len(rows) - first, ROWS_AT_ONCE)))
    return Reach(spans, first, bits, once)


def _bounds(shells: Shells, cosine: float) -> tuple[Vectors, Vectors]:
    """Give the least and most cosine to a shell's centre that a row near the shell can have."""
    apart = np.arccos(min(1.0, cosine))
    filled = np.flatnonzero(np.diff(shells.starts))
    highest = shells.cosines[shells.starts[filled]].astype(np.float64) + MARGIN
    lowest = shells.cosines[shells.starts[filled + 1] - 1].astype(np.float64) - MARGIN
    least, most = np.full((2, len(shells.starts) - 1), 2, dtype=np.float32)  # empty: none is near
    least[filled] = np.cos(np.minimum(np.pi, np.arccos(np.maximum(-1, lowest)) + apart)) - MARGIN
    most[filled] = np.cos(np.maximum(0, np.arccos(np.minimum(1, highest)) - apart)) + MARGIN
    return least, most


def _cosines(vectors: Vectors, centres: Vectors) -> Vectors:
    """Give the cosine of each row with each centre; 0 with a centre of zeros."""
    lengths = (np.sqrt(np.maximum(1, squared_lengths(side))) for side in (vectors, centres))
    products: Vectors = vectors @ centres.T
    products /= next(lengths)[:, None]
    products /= next(lengths)
    return products
