from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.pattern_families import FAMILIES, base_letters, divisors, how_many, kinds_of


@pytest.mark.parametrize(
    ("family", "k", "made"),
    [
        ("repeated", 3, "aaabbbccc"),
        ("periodic", 3, "abcabcabc"),
        ("mirrored", 3, "abccbaabc"),
        ("mirrored", 1, "abcdefghi"),
    ],
)
def test_a_pattern_is_made_from_its_base(family, k, made):
    assert "".join("abcdefghi"[at] for at in base_letters(family, k, 9)) == made


KINDS = st.lists(
    st.tuples(st.sampled_from(FAMILIES), st.sampled_from([1, 2, 3, 4, 6, 12])),
    min_size=1,
    max_size=8,
    unique=True,
)


@given(KINDS, st.sampled_from([1, 2, 4, 6, 12]), st.integers(2, 3))
@settings(max_examples=60, deadline=None)
def test_patterns_are_counted_as_by_listing_them(kinds, length, alphabet):
    kinds = [(family, k) for family, k in kinds if length % k == 0 and k < 12]
    kinds = [(family, k) for family, k in kinds if alphabet ** (length // k) <= 4096]
    listed = {
        tuple(base[at] for at in base_letters(family, k, length))
        for family, k in kinds
        for base in product(range(alphabet), repeat=length // k)
    }
    assert how_many(tuple(kinds), length, alphabet) == len(listed)


def test_the_papers_widest_range_is_counted():
    kinds = kinds_of(FAMILIES, divisors(60, 3, 60))
    assert len(kinds) == 30
    # nearly all are of k = 3; the three families share few
    assert how_many(kinds, 60, 26) == pytest.approx(3 * 26**20, rel=1e-3)


def test_divisors_lie_within_both_bounds():
    assert divisors(60, 3, 12) == [3, 4, 5, 6, 10, 12]
    assert divisors(7, 2, 6) == []
    assert divisors(4, 3, 100) == [4]
