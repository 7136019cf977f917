"""Inputs with an exact number of matches, against plain rejection written out in full."""

from collections import Counter
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.errors import DataError
from diversify.synth.patterns import as_text
from diversify.synth.rewriting.placing import count_matches, draw_inputs, put


def matches(text, x):
    return sum(text.startswith(x, at) for at in range(len(text)))


@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(1, 4), st.integers(0, 8))
@settings(max_examples=50)
def test_matches_are_those_that_python_finds(seed, alphabet, width, more):
    rng = np.random.default_rng(seed)
    inputs = rng.integers(0, alphabet, (30, width + more), dtype=np.uint8)
    patterns = rng.integers(0, alphabet, (30, width), dtype=np.uint8)
    pairs = list(zip(as_text(inputs).tolist(), as_text(patterns).tolist(), strict=True))
    assert count_matches(inputs, patterns).tolist() == [matches(z, x) for z, x in pairs]
    # first letters alone may only find more
    assert (count_matches(inputs, patterns, 1) >= count_matches(inputs, patterns)).all()


@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(0, 9), st.integers(5, 9))
@settings(max_examples=40, deadline=None)
def test_an_input_holds_its_pattern_as_often_as_asked_the_leftmost_where_said(
    seed, width, spare, alphabet
):
    rng = np.random.default_rng(seed)
    length = 3 * width + 2 + spare
    patterns = rng.integers(0, alphabet, (40, width), dtype=np.uint8)
    times = rng.integers(0, 4, 40)
    inputs, places = draw_inputs(rng, patterns, times, length, alphabet)
    texts, xs = as_text(inputs).tolist(), as_text(patterns).tolist()
    assert [matches(z, x) for z, x in zip(texts, xs, strict=True)] == times.tolist()
    assert [z.find(x) for z, x in zip(texts, xs, strict=True)] == places.tolist()


@pytest.mark.parametrize(("x", "times"), [("AB", 1), ("AA", 1), ("AA", 2), ("ABA", 1), ("AB", 0)])
def test_inputs_are_drawn_as_by_plain_rejection(x, times):
    """Place evenly, fill evenly, draw again when the count is off: every string as likely."""
    length, drawn = 6, 60_000
    wanted = _by_rejection(x, times, length)
    pattern = np.array([[ord(letter) - ord("A") for letter in x]], dtype=np.uint8)
    inputs, _ = draw_inputs(
        np.random.default_rng(7),
        np.repeat(pattern, drawn, axis=0),
        np.full(drawn, times),
        length,
        2,
    )
    found = Counter(as_text(inputs).tolist())
    assert set(found) == set(wanted)
    for text, probability in wanted.items():
        error = 5 * np.sqrt(drawn * probability * (1 - probability))
        assert abs(found[text] - drawn * probability) <= error + 1e-9


def _by_rejection(x, times, length):
    """Probability of each input, by listing every way of placing and of filling."""
    ways = Counter()
    for places in combinations(range(length - len(x) + 1), times):
        if any(b - a <= len(x) for a, b in pairwise(places)):
            continue  # a letter lies between two copies
        for filling in product("AB", repeat=length):
            letters = list(filling)
            for place in places:
                letters[place : place + len(x)] = x
            text = "".join(letters)
            if matches(text, x) == times:
                ways[text] += 1
    return {text: count / ways.total() for text, count in ways.items()}


def test_a_pattern_that_overlaps_itself_is_placed_where_the_room_just_suffices():
    patterns = np.zeros((200, 3), dtype=np.uint8)  # AAA
    inputs, _ = draw_inputs(np.random.default_rng(0), patterns, np.full(200, 3), 11, 26)
    texts = as_text(inputs).tolist()
    assert all(matches(text, "AAA") == 3 for text in texts)
    assert all(text[3] != "A" != text[7] for text in texts)


def test_a_pattern_that_hardly_fits_is_given_up_with_a_reason():
    patterns = np.zeros((3, 8), dtype=np.uint8)  # AAAAAAAA, of two letters, with 19 Bs between
    with pytest.raises(DataError, match="holds the pattern AAAAAAAA exactly 20 times"):
        draw_inputs(np.random.default_rng(0), patterns, np.full(3, 20), 179, 2)


def test_pieces_are_put_into_their_own_rows_and_nowhere_else():
    strings = np.zeros((3, 6), dtype=np.uint8)
    pieces = np.array([[1, 2], [3, 4]], dtype=np.uint8)
    put(strings, pieces, np.array([2, 0]), np.array([[0, 4], [1, 3]]))
    assert strings.tolist() == [[0, 3, 4, 3, 4, 0], [0, 0, 0, 0, 0, 0], [1, 2, 0, 0, 1, 2]]
