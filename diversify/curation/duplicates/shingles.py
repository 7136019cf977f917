"""Shingles: the runs of words of a text, as numbers.

Broder (1997), "On the resemblance and containment of documents": two texts are alike as far as
their sets of shingles overlap. A word is a run of letters and digits; any other sign is a word by
itself, so that "3 + 5" and "3 - 5" differ. In scripts that put no spaces between words (Han, kana,
Thai, Lao, Burmese, Khmer) each character is one. Case plays no part.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diversify.curation.duplicates.pairs import ranges
from diversify.curation.near.rounding import Positions
from diversify.records import folded

Hashes = npt.NDArray[np.uint64]

SIGNS = r"!-/:-@\[-`{-~\u00a1-\u00bf\u2010-\u2bff\u3000-\u303f\U0001f000-\U0001faff"
NO_SPACES = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff"
)
WORD = re.compile(rf"[^\s{SIGNS}{NO_SPACES}]+|\S")

TEXTS_AT_ONCE = 8192
STEP, MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
"""Odd numbers of 64 bits: the golden ratio, and a multiplier of SplitMix64."""


@dataclass(frozen=True)
class Shingles:
    """Shingles of some texts, one text after the other; a text may hold one twice."""

    hashes: Hashes
    starts: Positions  # (texts + 1,), where each text begins and the last one ends


def shingles_of(texts: Sequence[str], size: int) -> Shingles:
    """Give the runs of `size` words of each text; a text with fewer words is one shingle.

    A shingle is a number of 64 bits that hangs on its words alone. Two different ones of a million
    rows share a number with a chance below one in a thousand. Takes time in proportion to the
    words, and 8 bytes for each.
    """
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # the next number for a word not met before
    words: list[npt.NDArray[np.int64]] = []
    counts: list[int] = []
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        part: list[int] = []
        for text in texts[start : start + TEXTS_AT_ONCE]:
            before = len(part)
            part.extend(map(numbers.__getitem__, words_of(text)))
            counts.append(len(part) - before)
        words.append(np.array(part, dtype=np.int64))
    if not words:
        return Shingles(np.empty(0, dtype=np.uint64), np.zeros(1, dtype=np.intp))
    hashes = _word_hashes(numbers)[np.concatenate(words)]
    return _runs(hashes, np.array(counts, dtype=np.intp), size)


def words_of(text: str) -> list[str]:
    """Cut a text into words and signs, in lower case."""
    return WORD.findall(folded(text).lower())


def _word_hashes(words: Iterable[str]) -> Hashes:
    """Give each word 64 bits of its own, the same on every machine."""
    digests = b"".join(hashlib.blake2b(word.encode(), digest_size=8).digest() for word in words)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def _runs(words: Hashes, counts: Positions, size: int) -> Shingles:
    """Hash each run of `size` words; runs do not cross from one text to the next."""
    runs = np.maximum(counts - size + 1, 1)
    ends = np.cumsum(counts)
    at = ranges(ends - counts, runs)
    end = np.repeat(ends, runs)
    padded = np.append(words, np.zeros(size, dtype=np.uint64))
    hashes = np.zeros(len(at), dtype=np.uint64)
    for offset in range(size):
        inside = at + offset < end
        hashes = np.where(inside, hashes * STEP + padded[at + offset], hashes)
    hashes ^= hashes >> np.uint64(30)
    hashes *= MIX
    hashes ^= hashes >> np.uint64(27)
    return Shingles(hashes, np.concatenate([[0], np.cumsum(runs)]))
