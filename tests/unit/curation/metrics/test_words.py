import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.leaking.word_runs import words_of
from diversify.curation.metrics.words import word_counts, word_runs

TEXT = st.lists(st.sampled_from(["a", "b", "c"]), max_size=6).map(" ".join)


@given(texts=st.lists(TEXT, min_size=1, max_size=8), data=st.data(), size=st.integers(1, 3))
def test_distinct_n_is_different_runs_over_all_runs(texts, data, size):
    chosen = data.draw(st.lists(st.sampled_from(range(len(texts))), unique=True))
    runs = [
        tuple(words[at : at + size])
        for words in (words_of(texts[text]) for text in chosen)
        for at in range(len(words) - size + 1)
    ]
    plain = len(set(runs)) / len(runs) if runs else 0.0
    assert word_runs(texts, 3).distinct(size, np.array(chosen, dtype=np.intp)) == plain


def test_case_and_marks_make_no_other_word():
    runs = word_runs(["Sort the list.", "sort, the LIST"], 2)
    assert runs.distinct(1, np.array([0, 1])) == 3 / 6
    assert runs.distinct(2, np.array([0, 1])) == 2 / 4


def test_no_run_goes_from_one_text_to_the_next():
    assert word_runs(["a", "b"], 2).distinct(2, np.array([0, 1])) == 0


def test_words_stand_between_spaces():
    assert word_counts(["", "one", " two  words\n"]).tolist() == [0, 1, 2]
