"""What each kind of row would add to what is told already, worked out only where it matters.

The inside of mig.py, which says what is counted and why it is exact.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from diversify.curation.near.rounding import Positions
from diversify.curation.selectors.cosines import Numbers

UNITS = 2.0**30
"""Units of phi(1); below 2^53 in all for sets of up to 8 million rows, so exact in float64."""
SLACK = 2
"""Units by which a later gain may exceed an earlier one, for each label: phi was rounded."""


@dataclass
class Gains:
    """The first row left of each kind, what it would add, and what the picked rows told so far."""

    weights: csr_matrix
    by_label: csr_matrix
    """(labels, kinds): which kinds bring anything to a label."""
    power: float
    quality: Numbers
    rows: Positions
    """Rows by kind, then by falling quality, then by position."""
    left: Positions
    """Where in `rows` the first row left of each kind lies."""
    ends: Positions
    """Where each kind ends."""
    told: Numbers
    """What was brought to each label."""
    phi: Numbers
    """phi of it, in whole units."""
    bound: Numbers = field(init=False)
    """Gain of each kind's first row, or a bound of it; -1 where no row is left."""
    known: npt.NDArray[np.bool_] = field(init=False)
    """Whether the bound is the gain."""
    slack: Numbers = field(init=False)
    """What rounding may add to a gain of each kind."""

    @classmethod
    def of(cls, weights: csr_matrix, kinds: Positions, quality: Numbers, power: float) -> "Gains":
        """Begin with nothing picked; see `Labelled` for the arguments."""
        ends = np.cumsum(np.bincount(kinds, minlength=weights.shape[0]))
        return cls(
            weights=weights,
            by_label=weights.T.tocsr(),
            power=power,
            quality=quality,
            rows=np.lexsort((-quality, kinds)),
            left=np.concatenate([[0], ends[:-1]]),
            ends=ends,
            told=np.zeros(weights.shape[1]),
            phi=np.zeros(weights.shape[1]),
        )

    def __post_init__(self) -> None:
        self.slack = SLACK * np.diff(self.weights.indptr).astype(np.float64)
        self.bound = np.full(len(self.ends), -1.0)
        filled = np.flatnonzero(self.left < self.ends)
        self.bound[filled] = self.work_out(filled)
        self.known = np.ones(len(self.ends), dtype=np.bool_)

    def best_kind(self, block: int) -> int:
        """Find the kind whose first row adds most, working out only what may be more."""
        while True:
            best = np.where(self.known, self.bound, -1.0).max()
            doubtful = np.flatnonzero(~self.known & (self.bound >= best))
            if not len(doubtful):
                return self.first_of_ties(np.flatnonzero(self.bound == best))
            if len(doubtful) > block:
                order = np.argpartition(-self.bound[doubtful], block)
                doubtful = doubtful[order[:block]]
            self.bound[doubtful] = self.work_out(doubtful)
            self.known[doubtful] = True
            block *= 2

    def first_of_ties(self, tied: Positions) -> int:
        """Choose among equal gains: the highest quality, then the lowest position."""
        heads = self.rows[self.left[tied]]
        return int(tied[np.lexsort((heads, -self.quality[heads]))[0]])

    def take(self, kind: int) -> int:
        """Pick the first row of a kind: tell its labels, and put in doubt the gains it touches."""
        row = int(self.rows[self.left[kind]])
        labels, weights = _entries(self.weights, kind)
        self.told[labels] += self.quality[row] * weights
        self.phi[labels] = self.phi_of(self.told[labels])
        self.left[kind] += 1
        if self.left[kind] == self.ends[kind]:
            self.bound[kind], self.known[kind] = -1.0, True
        touched = np.arange(len(self.ends)) == kind
        for label in labels:
            touched[_entries(self.by_label, label)[0]] = True
        doubtful = touched & self.known & (self.left < self.ends)
        self.bound[doubtful] += self.slack[doubtful]
        self.known[doubtful] = False
        return row

    def work_out(self, kinds: Positions) -> Numbers:
        """Give the gains of the first rows of some kinds, in whole units."""
        sizes = np.diff(self.weights.indptr)[kinds]
        which = np.repeat(np.arange(len(kinds)), sizes)
        begins = np.cumsum(sizes) - sizes
        places = self.weights.indptr[kinds][which] + np.arange(len(which)) - begins[which]
        labels = self.weights.indices[places]
        quality = self.quality[self.rows[self.left[kinds]]]
        brought = quality[which] * self.weights.data[places]
        gained = self.phi_of(self.told[labels] + brought) - self.phi[labels]
        sums: Numbers = np.bincount(which, weights=gained, minlength=len(kinds)).astype(np.float64)
        return sums  # whole numbers below 2^53: exact

    def phi_of(self, told: Numbers) -> Numbers:
        """Give phi in whole units."""
        return np.rint(UNITS * told**self.power)


def _entries(table: csr_matrix, row: int) -> tuple[Positions, Numbers]:
    """Give the columns and values of a sparse row."""
    part = slice(table.indptr[row], table.indptr[row + 1])
    return table.indices[part], table.data[part]
