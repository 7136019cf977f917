"""Texts that share most of their shingles: MinHash finds candidates, exact Jaccard decides.

Broder (1997), "On the resemblance and containment of documents": the least hash of a set's members
is the same for two sets with a chance of their Jaccard similarity. Bands of such hashes (Leskovec,
Rajaraman and Ullman, "Mining of massive datasets", section 3.4) bring together texts that agree in
all rows of a band: at similarity s, with b bands of r rows, with a chance of 1 - (1 - s^r)^b.

Each candidate is then measured by the sets themselves, so no pair below the threshold is ever
taken for near: what is left to chance is only that a pair is overlooked, and `recall` bounds that.
Hashes hang on the text and the seed alone, so the same pairs are found whatever else there is.
"""

import numpy as np
import numpy.typing as npt

from diversify.config.dedup import DedupOptions
from diversify.curation.duplicates.pairs import Allowed, Flags, Pairs, as_pairs, head, ranges
from diversify.curation.duplicates.shingles import Hashes, Shingles
from diversify.curation.near.rounding import Positions

TEXTS_AT_ONCE = 512
CANDIDATES_AT_ONCE = 1_000_000
NUMBERS_AT_ONCE = 10_000_000
"""Bounds of memory only; some hundred megabytes each."""


class SimilarTexts:
    """Finds items whose texts have a Jaccard similarity at or above the threshold.

    For n items with b bands it holds at most 2 n b numbers, and the shingles of the texts that
    have a candidate. Time goes with the shingles and with the candidates; a group of m texts that
    are all near costs b m candidates when it is met first, and none thereafter.
    """

    def __init__(self, shingles: Shingles, text_of: Positions, options: DedupOptions) -> None:
        """Index items: shingles of the distinct texts, and which text each item has."""
        self.threshold = options.threshold
        self.text_of = text_of
        keys = band_keys(shingles, *bands_and_rows(options), options.hash_seed)
        self.members, self.ends = _buckets(keys, text_of)
        later = self.ends - np.arange(len(self.ends)) - 1  # bucket mates that come after
        self.costs = np.bincount(self.members, later, len(text_of)).astype(np.int64)
        self.by_item = np.argsort(self.members, kind="stable")
        counts = np.bincount(self.members, minlength=len(text_of))
        self.starts = np.concatenate([[0], np.cumsum(counts)])
        self.sets = ShingleSets(shingles, np.unique(text_of[self.members]))

    def block(self, lefts: Positions) -> int:
        """Say how many items to ask about at a time: as many as have few enough candidates."""
        return head(self.costs[lefts], CANDIDATES_AT_ONCE)

    def pairs(self, lefts: Positions, there: Flags, allowed: Allowed) -> Pairs:
        """Give the near pairs of some items with later ones that are there and allowed."""
        places = self.by_item[
            ranges(self.starts[lefts], self.starts[lefts + 1] - self.starts[lefts])
        ]
        lengths = self.ends[places] - places - 1
        left = np.repeat(self.members[places], lengths)
        right = self.members[ranges(places + 1, lengths)]
        keep = there[right]
        items = len(self.text_of)
        left, right = np.divmod(np.unique(left[keep] * items + right[keep]), items)
        keep = allowed(left, right)
        left, right = left[keep], right[keep]
        found = self.sets.jaccard(self.text_of[left], self.text_of[right])
        near = found >= self.threshold
        return as_pairs(left[near], right[near], found[near], allowed)


def bands_and_rows(options: DedupOptions) -> tuple[int, int]:
    """Cut the permutations into bands: the longest that still find a pair at the threshold.

    Longer bands bring fewer wrong candidates together; `recall` says how sure a find must be.
    """
    rows = np.arange(1, options.permutations + 1)
    bands = options.permutations // rows
    found = 1 - (1 - options.threshold**rows) ** bands
    sure = rows[found >= options.recall]
    longest = int(sure.max()) if len(sure) else 1
    return options.permutations // longest, longest


def band_keys(shingles: Shingles, bands: int, rows: int, seed: int) -> Hashes:
    """Give each text a number per band (texts, bands): equal where all rows of the band are.

    A permutation is a product with an odd random number, modulo 2^64.
    """
    rng = np.random.default_rng(seed)
    factors = rng.integers(0, 2**63, bands * rows, dtype=np.uint64) * 2 + 1
    folds = rng.integers(0, 2**63, rows, dtype=np.uint64) * 2 + 1
    keys = np.zeros((len(shingles.starts) - 1, bands), dtype=np.uint64)
    for start in range(0, len(keys), TEXTS_AT_ONCE):
        part = keys[start : start + TEXTS_AT_ONCE]
        starts = shingles.starts[start : start + len(part) + 1]
        hashes = shingles.hashes[starts[0] : starts[-1]]
        for number, factor in enumerate(factors):
            least = np.minimum.reduceat(hashes * factor, starts[:-1] - starts[0])
            part[:, number // rows] += (least >> np.uint64(32)) * folds[number % rows]
    return keys


def _buckets(keys: Hashes, text_of: Positions) -> tuple[Positions, Positions]:
    """Bring items with equal keys together: buckets of two or more, ascending within, in a row.

    Gives the members of all buckets, and for each where its bucket ends.
    """
    members: list[Positions] = [np.empty(0, dtype=np.intp)]
    ends: list[Positions] = [np.empty(0, dtype=np.intp)]
    before = 0
    for band in range(keys.shape[1]):
        of_items = keys[text_of, band]
        order = np.argsort(of_items, kind="stable")
        sizes = _run_lengths(of_items[order])
        shared = np.repeat(sizes > 1, sizes)
        sizes = sizes[sizes > 1]
        members.append(order[shared])
        ends.append(before + np.repeat(np.cumsum(sizes), sizes))
        before += int(sizes.sum())
    return np.concatenate(members), np.concatenate(ends)


def _run_lengths(ordered: Hashes) -> Positions:
    """Give the length of each run of equal numbers."""
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return np.diff(np.append(np.flatnonzero(first), len(ordered)))


class ShingleSets:
    """The distinct shingles of some texts, for exact Jaccard similarities."""

    def __init__(self, shingles: Shingles, texts: Positions) -> None:
        """Keep the sets of these texts, given in ascending order."""
        from scipy.sparse import csr_matrix

        self.texts = texts
        lengths = shingles.starts[texts + 1] - shingles.starts[texts]
        hashes = shingles.hashes[ranges(shingles.starts[texts], lengths)]
        columns = (hashes >> np.uint64(1)).astype(np.int64)  # 63 bits: a column per shingle
        ends = np.concatenate([[0], np.cumsum(lengths)])
        ones = np.ones(len(columns), dtype=np.int8)
        self.matrix = csr_matrix((ones, columns, ends), shape=(len(texts), 2**63 - 1))
        self.matrix.sum_duplicates()
        self.matrix.data[:] = 1
        self.sizes = np.diff(self.matrix.indptr).astype(np.int64)

    def jaccard(self, left: Positions, right: Positions) -> npt.NDArray[np.float64]:
        """Give |A and B| / |A or B| of each pair of texts."""
        left, right = np.searchsorted(self.texts, left), np.searchsorted(self.texts, right)
        both = self.sizes[left] + self.sizes[right]
        shared = np.zeros(len(left), dtype=np.int64)
        start = 0
        while start < len(left):
            part = slice(start, start + head(both[start:], NUMBERS_AT_ONCE))
            common = self.matrix[left[part]].multiply(self.matrix[right[part]])
            shared[part] = np.diff(common.indptr)
            start = part.stop
        found: npt.NDArray[np.float64] = shared / (both - shared)
        return found
