"""Inputs that hold their rule's pattern an exact number of times, drawn many at once."""

import numpy as np
from numpy.typing import NDArray

from diversify.errors import DataError
from diversify.synth.patterns import Codes, as_text, random_letters

Numbers = NDArray[np.int64]

REDRAWS = 2000
"""Draws of an input after which its rule is said to have none; each draws only what is left."""


def draw_inputs(
    rng: np.random.Generator, patterns: Codes, times: Numbers, length: int, alphabet: int
) -> tuple[Codes, Numbers]:
    """Draw an input for each pattern: (n, length), and where its pattern is leftmost: (n,).

    Input i holds pattern i exactly times[i] times, overlapping ones counted: free letters with
    the copies at random places, at least one letter apart, drawn again as a whole when chance
    made another match. Where times[i] is 0 there is none, and the place is -1.

    Raises:
        DataError: no such input came up in `REDRAWS` draws.
    """
    inputs, places = _draw(rng, patterns, times, length, alphabet)
    wrong = _wrong(inputs, patterns, times, alphabet)
    for _ in range(REDRAWS):
        if not len(wrong):
            return inputs, places
        inputs[wrong], places[wrong] = _draw(rng, patterns[wrong], times[wrong], length, alphabet)
        wrong = wrong[_wrong(inputs[wrong], patterns[wrong], times[wrong], alphabet)]
    raise DataError(
        f"no input of {length} letters came up in {REDRAWS} draws that holds the pattern "
        f"{as_text(patterns[wrong[:1]])[0]} exactly {times[wrong[0]]} times: "
        "raise input_length or alphabet, or lower occurrences"
    )


def count_matches(inputs: Codes, patterns: Codes, letters: int | None = None) -> Numbers:
    """Count in each input the windows that match its pattern, overlapping ones too: (n,).

    With a number of `letters`, only so many first letters of the pattern are compared.
    """
    count, length = inputs.shape
    flat = inputs.reshape(-1)
    hits = flat == np.repeat(patterns[:, 0], length)
    for at in range(1, letters or patterns.shape[1]):
        # one long row: windows that run on into the next input are struck out below
        hits[:-at] &= flat[at:] == np.repeat(patterns[:, at], length)[:-at]
    hits.reshape(count, length)[:, length - patterns.shape[1] + 1 :] = False
    return np.bincount(np.flatnonzero(hits) // length, minlength=count)


def put(strings: Codes, pieces: Codes, rows: Numbers, starts: Numbers) -> None:
    """Write pieces[i] into strings[rows[i]] from each of starts[i], in place: starts (n, times)."""
    count, length = strings.shape
    width = pieces.shape[1]
    # every place of every string as one item of `width` letters; they overlap in memory
    windows = np.ndarray((count * length - width + 1,), f"V{width}", strings, 0, (1,))
    windows[rows[:, None] * length + starts] = pieces.view(f"V{width}")


def _draw(
    rng: np.random.Generator, patterns: Codes, times: Numbers, length: int, alphabet: int
) -> tuple[Codes, Numbers]:
    count, width = patterns.shape
    inputs = random_letters(rng, count * length, alphabet).reshape(count, length)
    leftmost = np.full(count, -1)
    for copies in np.flatnonzero(np.bincount(times)):
        if copies:
            rows = np.flatnonzero(times == copies)
            starts = _starts(rng, len(rows), int(copies), width, length)
            put(inputs, patterns.take(rows, axis=0), rows, starts)
            leftmost[rows] = starts[:, 0]
    return inputs, leftmost


def _starts(rng: np.random.Generator, rows: int, copies: int, width: int, length: int) -> Numbers:
    """Draw ascending places of copies, evenly over all that leave a letter between: (rows, n).

    The copies and the letters to spare are slots of which the copies take some; a slot is drawn
    for each copy in turn, and one that is taken gives way to the newest slot (Floyd's sampling;
    Bentley and Floyd, Communications of the ACM 30, 1987).
    """
    spare = length - copies * width - (copies - 1)
    slots: Numbers = np.empty((rows, copies), dtype=np.int64)
    for copy in range(copies):
        drawn = rng.integers(0, spare + copy + 1, rows)
        taken = (slots[:, :copy] == drawn[:, None]).any(1)
        slots[:, copy] = np.where(taken, spare + copy, drawn)
    slots.sort(axis=1)
    slots += np.arange(copies) * width
    return slots


def _wrong(inputs: Codes, patterns: Codes, times: Numbers, alphabet: int) -> Numbers:
    """Find rows whose input does not hold its pattern as often as it should."""
    # first letters alone rule out almost every window; what is placed is there anyhow
    letters = _telling_letters(inputs.shape[1], patterns.shape[1], alphabet)
    doubtful = np.flatnonzero(count_matches(inputs, patterns, letters) != times)
    if not len(doubtful):
        return doubtful
    counts = count_matches(inputs[doubtful], patterns[doubtful])
    wrong: Numbers = doubtful[counts != times[doubtful]]
    return wrong


def _telling_letters(length: int, width: int, alphabet: int) -> int:
    """So many letters that few random inputs, one in 4096, have a window that begins with them."""
    letters = 1
    while letters < width and alphabet**letters < 4096 * length:
        letters += 1
    return letters
