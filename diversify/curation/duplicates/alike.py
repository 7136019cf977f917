"""Items that ask the very same, and items whose vectors point nearly the same way."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.curation.duplicates.pairs import (
    Allowed,
    Flags,
    Pairs,
    TooManyPairsError,
    as_pairs,
    equal_pairs,
)
from diversify.curation.near.near_pairs import near_pairs
from diversify.curation.near.rounding import Positions, Vectors, distinct_rows
from diversify.errors import DataError

Found = tuple[Positions, Positions, npt.NDArray[np.float32]]
"""Kinds of vectors that are near each other, and their cosines."""


class SameQuestions:
    """Finds items with the same question."""

    def __init__(self, question_of: Positions) -> None:
        """Index items by the number of their question."""
        self.question_of = question_of

    def block(self, lefts: Positions) -> int:
        """Say how many items to ask about at a time."""
        return len(lefts)

    def pairs(self, lefts: Positions, there: Flags, allowed: Allowed) -> Pairs:
        """Give the pairs of some items with later ones that are there and allowed."""
        rights = np.flatnonzero(there)
        left, right = equal_pairs(self.question_of[lefts], self.question_of[rights])
        return as_pairs(lefts[left], rights[right], np.ones(len(left)), allowed)


class SimilarVectors:
    """Finds items whose vectors have a cosine at or above `similarity`, or the same question.

    All items are asked about at once, which is fastest, unless they have too many pairs.
    """

    def __init__(self, vectors: Vectors, question_of: Positions, similarity: float) -> None:
        """Index items: rounded vectors of the questions, and which question each item has."""
        self.vectors = vectors
        self.similarity = similarity
        _, equal, _ = distinct_rows(vectors)
        # a vector of zeros is near nothing, but its own question is the same
        zero = ~vectors.any(axis=1)
        equal = np.where(zero, len(vectors) + np.arange(len(vectors)), equal)
        kinds, _ = pd.factorize(equal)  # numbered as they come, so in order of priority
        _, self.place_of_kind = np.unique(kinds, return_index=True)
        self.kind_of: Positions = kinds[question_of]
        self.shared = np.bincount(self.kind_of) > 1

    def block(self, lefts: Positions) -> int:
        """Say how many items to ask about at a time."""
        return len(lefts)

    def pairs(self, lefts: Positions, there: Flags, allowed: Allowed) -> Pairs:
        """Give the near pairs of some items with later ones that are there and allowed.

        Raises:
            TooManyPairsError: there are more than memory should hold.
        """
        rights = np.flatnonzero(there)
        rights = rights[rights >= lefts[0]]
        one, two, cosine = self._near_kinds(self.kind_of[lefts], self.kind_of[rights])
        at_left, left = equal_pairs(one, self.kind_of[lefts])
        at_right, right = equal_pairs(two[at_left], self.kind_of[rights])
        same_left, same_right = equal_pairs(self.kind_of[lefts], self.kind_of[rights])
        return as_pairs(
            lefts[np.concatenate([left[at_right], same_left])],
            rights[np.concatenate([right, same_right])],
            np.concatenate([cosine[at_left[at_right]], np.ones(len(same_left))]),
            allowed,
        )

    def _near_kinds(self, left: Positions, right: Positions) -> Found:
        """Give the pairs of different vectors, one of each side, that are near each other."""
        lefts, rights = np.unique(left), np.unique(right)
        vectors = self.vectors[self.place_of_kind[lefts]]
        others = self.vectors[self.place_of_kind[rights]]
        try:
            if np.array_equal(lefts, rights):
                found = near_pairs(vectors, self.similarity)
                one, two, cosine = lefts[found.left], lefts[found.right], found.cosine
                # of kinds with several items, items of the later kind may come before
                mixed = self.shared[one] | self.shared[two]
                left = np.concatenate([one, two[mixed]])
                right = np.concatenate([two, one[mixed]])
                return left, right, np.concatenate([cosine, cosine[mixed]])
            found = near_pairs(vectors, self.similarity, others)
        except DataError as error:
            raise TooManyPairsError(str(error)) from error
        differ = lefts[found.left] != rights[found.right]
        return lefts[found.left[differ]], rights[found.right[differ]], found.cosine[differ]
