"""The push of t-SNE as a field over the plane: worked out once, then looked up.

A row at y is pushed by sum_j w_j^2 (y - y_j) / sum_j w_j with w_j = 1 / (1 + |y - y_j|^2), over all
landmarks j. Three convolutions on a grid give the two sums at every node, after Linderman et al.
(2019), "Fast interpolation-based t-SNE".
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

Places = NDArray[np.float64]
"""x and y of each row.  # (n, 2)"""

CELL = 0.25
"""Side of a cell of the pushing field; pushes change over a distance of 1."""
MARGIN = 4.0
"""Room around the landmarks within which a row may come to lie."""


class PushingField:
    """How hard, and where to, landmarks that stand still push a row at any place."""

    def __init__(self, fixed: Places) -> None:
        """Work the field out at the nodes of a grid, by convolution of the landmarks with it."""
        self.corner = fixed.min(axis=0) - MARGIN
        self.nodes = np.ceil((np.ptp(fixed, axis=0) + 2 * MARGIN) / CELL).astype(int) + 2
        masses = np.zeros(self.nodes)
        for corners, shares in _shares(fixed, self.corner, self.nodes):
            np.add.at(masses, tuple(corners.T), shares)
        x, y = (np.arange(1 - nodes, nodes) * CELL for nodes in self.nodes)
        kernel = 1 / (1 + np.square(x)[:, None] + np.square(y))
        total = self._convolved(masses, kernel)
        pushes = [
            self._convolved(masses, np.square(kernel) * gap) / total for gap in (x[:, None], y)
        ]
        self.table = np.stack(pushes, axis=-1)  # (nodes, nodes, 2)

    def at(self, places: Places) -> Places:
        """Look the push up at any places, between the nodes by their distance."""
        return np.asarray(
            sum(
                shares[:, None] * self.table[tuple(corners.T)]
                for corners, shares in _shares(places, self.corner, self.nodes)
            )
        )

    def _convolved(self, masses: Places, kernel: Places) -> Places:
        whole = fftconvolve(masses, kernel)
        inner = tuple(slice(nodes - 1, 2 * nodes - 1) for nodes in self.nodes)
        return np.asarray(whole[inner])


def _shares(
    places: Places, corner: Places, nodes: NDArray[np.int_]
) -> list[tuple[NDArray[np.int_], Places]]:
    """Give the four nodes around each place, and the share of each in it."""
    at = np.clip((places - corner) / CELL, 0, nodes - 1.001)
    low = at.astype(int)
    rest = at - low
    return [
        (low + step, np.prod(np.where(step, rest, 1 - rest), axis=1))
        for step in np.array([(0, 0), (1, 0), (0, 1), (1, 1)])
    ]
