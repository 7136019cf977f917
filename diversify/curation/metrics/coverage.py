"""How near the rows of a pool are to the picked ones."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversify.curation.near.rounding import LENGTH, Positions, Vectors, squared_lengths
from diversify.curation.selectors.cosines import Numbers, inverse_lengths

NUMBERS_AT_ONCE = 2**24
"""Products held at a time; 64 MiB."""


@dataclass(frozen=True)
class Nearest:
    """For each row of the pool, how far its nearest picked row is."""

    distances: Numbers
    """Euclidean, between rows of length 1."""
    cosines: Numbers

    @property
    def radius(self) -> float:
        """The farthest that any row is from the picked ones.

        What k-center makes small: Gonzalez (1985); Sener and Savarese (2018), who call it the
        radius of the cover.
        """
        return float(self.distances.max(initial=0.0))

    @property
    def mean_distance(self) -> float:
        """How far a row is from the picked ones on average."""
        return float(self.distances.mean())

    @property
    def facility_location(self) -> float:
        """The mean cosine of a row to its nearest picked one.

        The facility location value divided by the number of rows: Wei, Iyer and Bilmes (2015),
        "Submodularity in data subset selection and active learning".
        """
        return float(self.cosines.mean())


def nearest_picked(pool: Vectors, picked: Vectors) -> Nearest:
    """Find the picked row nearest to each row of the pool; one product serves all measures.

    Takes 2 n m d operations for n rows and m picked ones, block by block: memory for the picked
    rows and `NUMBERS_AT_ONCE` products. On rounded rows distances are exact.

    Args:
        pool: rows that `rounded` gave, at least one.
        picked: some rows, at least one, of as many dimensions.
    """
    squares, lengths = squared_lengths(picked), squared_lengths(pool)
    doubled = -2 * picked.T  # (d, m)
    inverse, picked_inverse = inverse_lengths(pool), inverse_lengths(picked)
    which, gaps = np.empty(len(pool), dtype=np.intp), np.empty(len(pool))
    step = max(1, NUMBERS_AT_ONCE // len(picked))
    for start in range(0, len(pool), step):
        part = slice(start, start + step)
        beyond = pool[part] @ doubled  # (rows, m)
        beyond += squares  # |a - b|^2 - |a|^2
        which[part] = beyond.argmin(axis=1)
        gaps[part] = _at(beyond, which[part]) + lengths[part]
    products = (lengths.astype(np.float64) + squares[which] - gaps) / 2
    return Nearest(np.sqrt(gaps) / LENGTH, products * inverse * picked_inverse[which])


def _at(table: Vectors, columns: Positions) -> npt.NDArray[np.float32]:
    """Give one number of each row."""
    return table[np.arange(len(table)), columns]
