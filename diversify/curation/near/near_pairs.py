"""All pairs of rows that point nearly the same way: none is missed, few products are worked out.

Three steps, each of which rules pairs out by a bound and none by a guess:

1. Rows lie in cells around centres, and each cell in shells by the angle to its centre. Angles obey
   the triangle inequality, so a row that is at a very different angle to the centre than a whole
   shell is near to none of its rows.
2. Rows are turned onto a few main directions of the data, and what is left of a row becomes one
   number, its length. The product of these short rows is at least the cosine (Cauchy-Schwarz); for
   most pairs it is too small.
3. The pairs that are left get their product in whole numbers, exact.

The bounds are floats, and a margin covers their error: cells, directions and threads change the
time and never the pairs. Of n^2/2 pairs of embeddings, a cosine of 0.9 leaves a tenth to a half
after step 1, which take products of 30 to 60 numbers, and about one in 10,000 after step 2. Where
rows have no structure and the cosine is low, nearly all pairs take a product of all d numbers.
Memory: some 60 and at most d + 1 numbers and 128 bytes for each row, and the pairs.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from diversify.curation.near.cells import even_steps
from diversify.curation.near.copies import first_equals
from diversify.curation.near.heads import Floats, as_many_as_pay, main_directions
from diversify.curation.near.near_blocks import Found, Rows, Side, joined, near_in_block, side_of
from diversify.curation.near.rounding import Positions, Vectors, squared_lengths
from diversify.curation.near.shells import Reach, reach_of, shells_of
from diversify.curation.near.workers import Run, parts_of, workers
from diversify.errors import DataError
from diversify.progress import progress

SAMPLE = 2048
"""Rows from which the main directions are found."""
TRIED_CELLS, TRIED_ROWS = 8, (64, 256)
"""Cells that tell how many directions pay, and rows of each shell and of those that it meets."""
CELLS_AT_ONCE = 256
"""Cells whose bits are held at a time."""
ROWS_AT_ONCE = 2048
"""Rows that a shell meets at a time."""
MOST_PAIRS = 50_000_000
"""Pairs that are held in memory, about 3 GB while they are sorted."""


@dataclass(frozen=True)
class NearPairs:
    """Pairs of near rows, sorted by left and then by right."""

    left: Positions
    right: Positions
    cosine: npt.NDArray[np.float32]


def near_pairs(vectors: Vectors, cosine: float, others: Vectors | None = None) -> NearPairs:
    """Find all pairs of rows whose cosine is at least `cosine`.

    Without `others`, pairs lie within `vectors`, and left < right. Of rows that are equal, only
    the first is paired with rows that differ; each copy is paired with that first one alone, so
    that m copies give m - 1 pairs and not m (m - 1) / 2, and the same groups of linked rows. With
    `others`, left is a row of `vectors` and right one of `others`; of equal rows of `others` only
    the first is given, of equal rows of `vectors` each. Rows of zeros are near nothing.

    Args:
        vectors: rows that `rounded` gave.
        cosine: least cosine of a pair, above 0.
        others: rows that `rounded` gave, of the same width.

    Raises:
        DataError: there are more pairs than memory should hold.
    """
    assert cosine > 0, "rows that point different ways are no pairs"
    rows = np.flatnonzero(squared_lengths(vectors))
    if others is not None:
        firsts = np.flatnonzero(first_equals(others) == np.arange(len(others)))
        real = firsts[squared_lengths(others)[firsts] > 0]
        with workers() as run:
            return _sorted(_search(Rows(vectors, rows), Rows(others, real), cosine, run))
    firsts = first_equals(vectors)[rows]
    copies = firsts != rows
    with workers() as run:
        one, two, found = _search(Rows(vectors, rows[~copies]), None, cosine, run)
    left = np.concatenate([np.minimum(one, two), firsts[copies]])
    right = np.concatenate([np.maximum(one, two), rows[copies]])
    return _sorted((left, right, np.append(found, np.ones(len(left) - len(one), np.float32))))


def _sorted(found: Found) -> NearPairs:
    """Sort pairs by left and then by right."""
    left, right, cosines = found
    order = np.lexsort((right, left))
    return NearPairs(left[order], right[order], cosines[order])


def _search(rows: Rows, others: Rows | None, cosine: float, run: Run) -> Found:
    """Compare rows with others, or each pair of rows once, shell by shell."""
    if not len(rows.places) or (others is not None and not len(others.places)):
        return joined([])
    shells = shells_of(rows.vectors, rows.places, run)
    rows = Rows(rows.vectors, shells.rows)
    met = others or rows
    reach_from = partial(
        reach_of,
        shells,
        vectors=met.vectors,
        rows=met.places,
        cosine=cosine,
        once=others is None,
        run=run,
    )
    cells = np.arange(len(shells.centres))
    tried = reach_from(cells[even_steps(len(cells), TRIED_CELLS)])
    directions = _directions(rows, met, tried, cosine)
    left = side_of(rows, directions)
    right = side_of(others, directions) if others else left
    found: list[Found] = []
    with progress("near pairs", len(cells)) as advance:
        for part in parts_of(len(cells), CELLS_AT_ONCE):
            _near_shells(left, right, reach_from(cells[part]), cosine, found, run)
            advance(part.stop - part.start)
    return joined(found)


def _near_shells(
    left: Side, right: Side, reach: Reach, cosine: float, found: list[Found], run: Run
) -> None:
    """Add the near pairs of some shells to those that were found."""

    def near_shell(shell: int) -> Found:
        span, reached = reach.spans[shell], reach.of(shell)
        parts = parts_of(len(reached), ROWS_AT_ONCE)
        return joined([near_in_block(left, span, right, reached[part], cosine) for part in parts])

    pairs = sum(len(some[0]) for some in found)
    for some in run(near_shell, range(len(reach.spans))):
        found.append(some)
        pairs += len(some[0])
        if pairs > MOST_PAIRS:
            raise DataError(
                f"more than {MOST_PAIRS:,} pairs of rows have a cosine of {cosine} or more: "
                "ask for a higher one"
            )


def _directions(rows: Rows, met: Rows, reach: Reach, cosine: float) -> Floats:
    """Choose the directions onto which rows are turned, by what they save in some blocks."""
    halves = [side.some(even_steps(len(side.places), SAMPLE // 2)) for side in (rows, met)]
    blocks = []
    for shell, span in enumerate(reach.spans):
        reached = reach.of(shell)
        one = span.start + even_steps(span.stop - span.start, TRIED_ROWS[0])
        two = reached[even_steps(len(reached), TRIED_ROWS[1])]
        if len(one) and len(two):
            blocks.append((rows.some(one), met.some(two)))
    return as_many_as_pay(main_directions(np.concatenate(halves)), blocks, cosine)
