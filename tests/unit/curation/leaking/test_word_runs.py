import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.leaking.word_runs import (
    ABSENT,
    WORD,
    RunIndex,
    numbered,
    vocabulary_of,
    words_of,
)
from diversify.records import folded

TEXTS = st.lists(st.lists(st.sampled_from("abcd"), max_size=12), max_size=4)


@given(st.text() | st.sampled_from(["a_b\\nc", "&lt;b&gt;", "ﬁ ² İ", "x\x1cy\x0bz", "A-1.5"]))
def test_words_are_runs_of_letters_and_digits_after_folding(text):
    assert words_of(text) == WORD.findall(folded(text).lower())


@given(texts=TEXTS, others=TEXTS, length=st.integers(2, 9))
def test_equal_runs_have_equal_numbers_and_no_others(texts, others, length):
    vocabulary = vocabulary_of(texts)
    index = RunIndex(numbered(texts, vocabulary).words, length)

    def runs(texts):
        """Each run, or nothing where it would cross the end of a text, word by word."""
        gapped = [word for text in texts for word in (*text, None)]
        cut = [tuple(gapped[i : i + length]) for i in range(len(gapped) - length + 1)]
        return [None if None in run else run for run in cut]

    known = runs(texts)
    number = dict(zip(known, index.runs.tolist(), strict=True)) if known else {}
    assert sorted(number[run] for run in set(known) - {None}) == list(range(index.size))
    found = index.find(numbered(others, vocabulary).words)
    wanted = [ABSENT if run is None else number.get(run, ABSENT) for run in runs(others)]
    assert found.tolist() == wanted


def test_each_word_knows_its_text():
    laid = numbered([["a", "b"], [], ["b"]], {"b": 0})
    assert laid.words.tolist() == [-1, 0, -1, -1, 0, -1]
    assert laid.text.tolist() == [0, 0, 0, 1, 2, 2]
    assert laid.words.dtype == np.int64
