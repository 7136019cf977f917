import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.patterns import as_text, distinct_patterns
from diversify.synth.rewrite import leftmost_match, make_rewrite_data

SMALL = SynthRewriteOptions(instructions=40, examples=2000, tests=100, noop_share=0.3)


def parts(row):
    x, _, y = row.instruction.partition(" -> ")
    return x, y


def test_every_answer_is_the_input_with_its_leftmost_pattern_replaced():
    data = make_rewrite_data(SMALL)
    rows = [*data.train.itertuples(), *data.unseen.itertuples()]
    assert len(rows) == 2100
    for row in rows:
        x, y = parts(row)
        assert row.response == row.input.replace(x, y, 1)


def test_an_input_lacks_its_pattern_exactly_when_the_row_is_a_noop():
    data = make_rewrite_data(SMALL)
    for row in data.train.itertuples():
        assert (parts(row)[0] not in row.input) == row.noop
    assert data.train["noop"].sum() == 600


def test_no_test_pattern_is_in_a_training_rule():
    data = make_rewrite_data(SMALL)
    trained = {parts(row)[0] for row in data.train.itertuples()}
    tested = {parts(row)[0] for row in data.unseen.itertuples()}
    assert len(trained) == 40
    assert len(tested) == 100
    assert not trained & tested


def test_the_budget_is_shared_evenly_by_the_rules():
    data = make_rewrite_data(SynthRewriteOptions(instructions=7, examples=100, tests=5))
    assert sorted(data.train["rule"].value_counts()) == [14, 14, 14, 14, 14, 15, 15]


def test_fewer_rules_are_the_head_of_more_and_are_tested_on_the_same_examples():
    few = make_rewrite_data(SMALL.model_copy(update={"instructions": 10}))
    many = make_rewrite_data(SMALL)
    assert few.unseen.equals(many.unseen)
    assert set(few.train["instruction"]) < set(many.train["instruction"])


def test_same_seed_same_rows_and_another_seed_others():
    assert make_rewrite_data(SMALL).train.equals(make_rewrite_data(SMALL).train)
    other = make_rewrite_data(SMALL.model_copy(update={"seed": 1}))
    assert not other.train.equals(make_rewrite_data(SMALL).train)


@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(1, 3), st.integers(0, 6))
@settings(max_examples=50)
def test_the_leftmost_match_is_where_python_finds_it(seed, alphabet, length, more):
    rng = np.random.default_rng(seed)
    inputs = rng.integers(0, alphabet, (20, length + more), dtype=np.uint8)
    patterns = rng.integers(0, alphabet, (20, length), dtype=np.uint8)
    found = leftmost_match(inputs, patterns)
    pairs = zip(as_text(inputs), as_text(patterns), strict=True)
    assert found.tolist() == [str(z).find(str(x)) for z, x in pairs]


@pytest.mark.parametrize("length", [3, 8])  # listed and shuffled; drawn and thinned
def test_patterns_are_distinct_and_nested(length):
    few, many = (
        distinct_patterns(np.random.default_rng(5), count, length, 26) for count in (500, 5000)
    )
    assert len(np.unique(many, axis=0)) == 5000
    assert (many[:500] == few).all()


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"pattern_length": 13}, "longer than input_length"),
        ({"examples": 10, "instructions": 11}, "each rule needs an example"),
        ({"alphabet": 2, "pattern_length": 3}, "distinct patterns"),
        ({"noop_share": 1.0}, "less than 1"),
    ],
)
def test_a_task_that_cannot_be_is_refused(given, what):
    with pytest.raises(ValidationError, match=what):
        SynthRewriteOptions(**given)
