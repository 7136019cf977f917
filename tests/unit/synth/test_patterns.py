import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from diversify.synth.patterns import (
    as_text,
    distinct_patterns,
    first_times,
    is_among,
    random_letters,
    random_strings,
)


@pytest.mark.parametrize("length", [3, 8, 20])  # listed and shuffled; drawn and thinned
def test_patterns_are_distinct_and_nested(length):
    few, many = (
        distinct_patterns(np.random.default_rng(5), count, length, 26) for count in (500, 9000)
    )
    assert len(np.unique(many, axis=0)) == 9000
    assert (many[:500] == few).all()


def test_patterns_are_nested_where_the_draw_repeats_itself():
    # 2^23 patterns, so that tens of thousands of draws hold hundreds of repeats
    few, many = (
        distinct_patterns(np.random.default_rng(1), count, 23, 2) for count in (20_000, 60_000)
    )
    assert len(np.unique(many, axis=0)) == 60_000
    assert (many[:20_000] == few).all()


def test_more_patterns_than_exist_are_refused():
    with pytest.raises(ValueError, match="do not exist"):
        distinct_patterns(np.random.default_rng(0), 9, 3, 2)


def test_random_strings_are_nested():
    few, many = (random_strings(np.random.default_rng(3), n, 7, 25) for n in (10, 10_000))
    assert (many[:10] == few).all()


@pytest.mark.parametrize("alphabet", [2, 3, 10, 25, 26])
def test_letters_come_evenly_alone_and_in_pairs(alphabet):
    letters = random_letters(np.random.default_rng(alphabet), 400_001, alphabet)
    assert len(letters) == 400_001
    assert chisquare(np.bincount(letters, minlength=alphabet)).pvalue > 1e-3
    for offset in (0, 1):
        first, second = letters[offset:-1:2].astype(int), letters[offset + 1 :: 2]
        pairs = first[: len(second)] * alphabet + second
        assert chisquare(np.bincount(pairs, minlength=alphabet**2)).pvalue > 1e-3


@given(st.integers(0, 2**32), st.integers(1, 20), st.integers(0, 30), st.integers(0, 30))
@settings(max_examples=50)
def test_first_times_and_membership_are_those_of_plain_sets(seed, length, count, others):
    rng = np.random.default_rng(seed)
    strings, kept = (
        rng.integers(0, 2, (n, length), dtype=np.uint8) * (rng.random((n, length)) < 0.2)
        for n in (count, others)
    )
    texts, kept_texts = as_text(strings).tolist(), as_text(kept).tolist()
    assert first_times(strings).tolist() == [t not in texts[:at] for at, t in enumerate(texts)]
    assert is_among(strings, kept).tolist() == [text in kept_texts for text in texts]
