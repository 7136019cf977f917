from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.pattern_families import FAMILIES, how_many, kinds_of
from diversify.errors import ConfigError
from diversify.synth.patterns import as_text
from diversify.synth.rewriting.families import belongs, belongs_to_any, draw_of_kinds


def codes(text):
    return np.array([[ord(letter) - ord("a") for letter in text]], dtype=np.uint8)


def plainly(text, family, k):
    """The definition in words: each letter k times; a piece k times; every second one mirrored."""
    piece = len(text) // k
    if family == "repeated":
        return text == "".join(letter * k for letter in text[::k])
    if family == "periodic":
        return text == text[:piece] * k
    forth = text[:piece]
    return text == "".join(forth if turn % 2 == 0 else forth[::-1] for turn in range(k))


@pytest.mark.parametrize(
    ("text", "family", "k"),
    [
        ("aaabbbccc", "repeated", 3),
        ("abcabc", "periodic", 2),
        ("abccbaabc", "mirrored", 3),
    ],
)
def test_the_papers_examples_are_of_their_family_and_of_no_other(text, family, k):
    for other in FAMILIES:
        assert belongs(codes(text), other, k).tolist() == [other == family]


def test_k_that_does_not_divide_the_length_has_no_pattern():
    assert belongs(codes("aaaa"), "repeated", 3).tolist() == [False]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_membership_is_the_definition_for_every_string(family, k):
    for letters in product("abc", repeat=6):
        text = "".join(letters)
        assert belongs(codes(text), family, k).tolist() == [plainly(text, family, k)]


@given(st.integers(0, 999), st.sampled_from(FAMILIES), st.sampled_from([2, 3, 4, 6]))
@settings(max_examples=40)
def test_a_family_accepts_what_it_draws_and_rejects_what_the_others_draw(seed, family, k):
    drawn, ks = draw_of_kinds((seed,), [(family, k)], 20, 24, 26)
    assert belongs(drawn, family, k).all()
    assert (ks == k).all()
    for other in FAMILIES:
        for other_k in (2, 3, 4, 6):
            taken = belongs(drawn, other, other_k)
            texts = as_text(drawn).tolist()
            assert taken.tolist() == [plainly(text, other, other_k) for text in texts]
            if _free_letters(family, k, other, other_k):
                assert not taken.any()


def _free_letters(family, k, other, other_k):
    """Tell whether a pattern of one kind is one of the other by rare chance alone."""
    alone, both = (how_many(kinds, 24, 26) for kinds in (
        ((family, k),), ((family, k), (other, other_k))
    ))  # fmt: skip
    in_both = alone + how_many(((other, other_k),), 24, 26) - both
    return in_both / alone < 1e-4


def test_kinds_take_turns_and_give_way_when_they_have_no_more():
    kinds = kinds_of(("repeated", "periodic"), (2, 6))
    drawn, ks = draw_of_kinds((0,), kinds, 60, 6, 4)
    assert len(set(as_text(drawn).tolist())) == 60
    # with k = 6 only AAAAAA, BBBBBB, CCCCCC and DDDDDD exist, whichever family draws them
    assert np.bincount(ks).tolist() == [0, 0, 56, 0, 0, 0, 4]
    repeated, periodic = (belongs(drawn, family, 2).sum() for family in ("repeated", "periodic"))
    assert abs(repeated - 30) <= 4
    assert abs(periodic - 30) <= 4


def test_fewer_patterns_are_the_head_of_more():
    kinds = kinds_of(FAMILIES, (1, 2, 3))
    few, many = (draw_of_kinds((4,), kinds, count, 6, 3)[0] for count in (17, 300))
    assert (many[:17] == few).all()


def test_patterns_of_kinds_to_leave_out_are_left_out():
    kept_out = kinds_of(FAMILIES, (3, 6))
    drawn, ks = draw_of_kinds((1,), kinds_of(FAMILIES, (1, 2)), 30, 6, 3, but_of=kept_out)
    assert not belongs_to_any(drawn, kept_out).any()
    assert np.bincount(ks).tolist() == [0, 15, 15]


def test_more_patterns_than_exist_are_refused_with_the_number_that_do():
    kinds = kinds_of(FAMILIES, (2, 3))
    number = how_many(kinds, 6, 3)
    assert len(draw_of_kinds((0,), kinds, number, 6, 3)[0]) == number
    with pytest.raises(ConfigError, match=f"only {number} exist"):
        draw_of_kinds((0,), kinds, number + 1, 6, 3)
