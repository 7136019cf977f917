from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.curation.forecasting.forecast import (
    FEWEST,
    Rows,
    Trial,
    grown,
    memory_for,
    seconds_for,
    timed,
    traced,
)

POSITIVE = st.floats(1e-9, 1e-3)


def squared(rows):
    return float(rows) ** 2


@given(POSITIVE, POSITIVE, st.integers(2, 1000))
def test_two_guesses_are_averaged_one_of_them_right_and_one_too_high(by_product, by_row, more):
    def took(rows):
        return by_product * rows**2 + by_row * rows

    trials = [Trial(rows, took(rows)) for rows in (4096, 8192)]
    told = seconds_for(trials, 8192 * more, squared)
    guesses = took(8192 * more), took(8192) * more**2
    assert told == pytest.approx(sum(guesses) / 2, rel=1e-3)
    assert guesses[0] * 0.999 <= told


@given(POSITIVE, st.integers(2, 1000))
def test_work_in_proportion_to_rows_is_told_exactly(by_row, more):
    trials = [Trial(rows, by_row * rows) for rows in (4096, 8192)]
    assert seconds_for(trials, 8192 * more) == pytest.approx(by_row * 8192 * more)


def test_a_fixed_cost_counts_once_in_one_guess_and_each_time_in_the_other():
    trials = [Trial(1000, 3.0), Trial(2000, 4.0)]  # 2 s, and 1 ms a row
    assert seconds_for(trials, 4000) == pytest.approx((6 + 8) / 2)


def test_a_trial_of_all_rows_is_not_guessed_about():
    assert seconds_for([Trial(1000, 9.0), Trial(2000, 1.0)], 2000, squared) == 1.0


@pytest.mark.parametrize("seconds", [(1.0, 1.0), (1.0, 0.5), (1.0, 9.0), (0.0, 0.0)])
def test_noisy_trials_give_no_less_than_the_longer_one(seconds):
    trials = [Trial(1000, seconds[0]), Trial(2000, seconds[1])]
    for products in (None, squared):
        assert seconds_for(trials, 10_000, products) >= seconds[1]


def test_one_trial_is_stretched_by_its_law():
    assert seconds_for([Trial(1000, 1.0)], 3000) == 3
    assert seconds_for([Trial(1000, 1.0)], 3000, squared) == pytest.approx(9)


def test_trials_double_until_one_takes_too_long():
    sizes = []

    def prepare(size):
        return partial(sizes.append, size)

    trials = grown(prepare, 10 * FEWEST, seconds=np.inf)
    assert sizes == [FEWEST, 2 * FEWEST, 4 * FEWEST, 8 * FEWEST, 10 * FEWEST]
    assert [trial.rows for trial in trials] == sizes[-2:]
    sizes.clear()
    grown(prepare, 10 * FEWEST, seconds=0.0)
    assert sizes == [FEWEST]
    sizes.clear()
    grown(prepare, 7, seconds=np.inf)
    assert sizes == [7]


def test_what_is_made_ready_is_not_timed_but_done():
    result, seconds = timed(lambda: 6 * 7)
    assert result == 42
    assert seconds >= 0


def test_memory_is_that_of_the_largest_moment():
    def work():
        one = np.ones(1_000_000)
        del one
        return np.ones(500_000)

    assert traced(work) == pytest.approx(8_000_000, rel=0.01)


def test_memory_of_more_rows_is_on_the_line_through_two_trials():
    def prepare(size):
        return lambda: np.ones(1_000_000).size + np.ones((size, 100)).size

    def both(size):
        return lambda: (np.ones(1_000_000), np.ones((size, 100)))

    assert memory_for(both, 2000, 50_000) == pytest.approx(8e6 + 50_000 * 800, rel=0.01)
    assert memory_for(both, 2000, 500) == pytest.approx(8e6 + 500 * 800, rel=0.01)
    assert memory_for(prepare, 2000, 4000) == pytest.approx(8e6, rel=0.01)


@pytest.mark.parametrize(
    ("known", "words"), [("exactly", "70"), ("at most", "<=70"), ("about", "~70")]
)
def test_a_number_of_rows_says_how_well_it_is_known(known, words):
    assert str(Rows(70, known)) == words
