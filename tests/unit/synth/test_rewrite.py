"""Rows of the rewrite task against the plain definition, row by row in Python."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.pattern_families import FAMILIES
from diversify.config.synth_rewrite import SynthRewriteOptions
from diversify.synth.rewrite import make_rewrite_data

SMALL = SynthRewriteOptions(instructions=40, examples=2000, tests=100, noop_share=0.3)
FAMILIAL = SynthRewriteOptions(
    instructions=60,
    examples=600,
    tests=40,
    families=list(FAMILIES),
    pattern_length=6,
    alphabet=8,
    k_max=3,
)


def parts(row, alphabet=26):
    """Pattern and replacement in plain letters, whatever key they are enciphered with."""
    key, _, rule = row.instruction.rpartition(": ")
    x, _, y = rule.partition(" -> ")
    return _plain(x, key, alphabet), _plain(y, key, alphabet)


def _plain(text, key, alphabet):
    shifts = [ord(letter) - 65 for letter in key] or [0]
    return "".join(
        chr((ord(letter) - 65 - shifts[at % len(shifts)]) % alphabet + 65)
        for at, letter in enumerate(text)
    )


def matches(text, x):
    """Windows of a text that match, overlapping ones too."""
    return sum(text.startswith(x, at) for at in range(len(text)))


def every_row(data):
    return [row for rows in (data.train, *data.tests.values()) for row in rows.itertuples()]


def strings_of(rows):
    """Patterns and replacements of a table."""
    return {string for row in rows.itertuples() for string in parts(row)}


@st.composite
def tasks(draw):
    """Small tasks of every sort."""
    families = draw(st.lists(st.sampled_from(FAMILIES), max_size=3, unique=True))
    occurrences = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True))
    tested = draw(st.lists(st.integers(1, 4), max_size=2, unique=True))
    length = 6 if families else draw(st.sampled_from([2, 3, 7]))
    room = max([*occurrences, *tested]) * (length + 1) - 1
    return SynthRewriteOptions(
        instructions=draw(st.integers(1, 8)),
        examples=draw(st.integers(8, 60)),
        shape=draw(st.sampled_from(["uniform", 2.0, 0.5, 0.05])),
        alphabet=draw(st.sampled_from([5, 25, 26])),
        pattern_length=length,
        input_length=room + draw(st.integers(0, 9)),
        occurrences=occurrences,
        test_occurrences=tested,
        noop_share=draw(st.sampled_from([0.0, 0.3, 0.5])),
        families=families,
        key_length=draw(st.integers(0, 2)),
        tests=draw(st.integers(1, 8)),
        seed=draw(st.integers(0, 1000)),
    )


@given(tasks())
@settings(max_examples=100, deadline=None)
def test_every_row_of_every_task_is_what_the_plain_definition_says(options):
    data = make_rewrite_data(options)
    assert len(data.train) == options.examples
    assert all(len(rows) == options.tests for rows in data.tests.values())
    sets = [(data.train, options.occurrences)]
    sets += [(rows, options.tested_occurrences) for rows in data.tests.values()]
    for rows, occurrences in sets:
        for row in rows.itertuples():
            x, y = parts(row, options.alphabet)
            assert len(x) == len(y) == options.pattern_length
            assert len(row.input) == options.input_length
            assert row.response == row.input.replace(x, y, 1)
            assert matches(row.input, x) in ([0] if row.noop else occurrences)


def test_one_occurrence_is_exactly_one():
    for row in every_row(make_rewrite_data(SMALL)):
        assert matches(row.input, parts(row)[0]) == (0 if row.noop else 1)


def test_the_share_of_noops_is_exact_in_training_and_half_in_the_tests():
    data = make_rewrite_data(SMALL)
    assert data.train["noop"].sum() == 600
    assert data.unseen["noop"].sum() == 50
    assert data.unseen.groupby("noop")["part"].unique().map(list).to_dict() == {
        False: ["hasop"],
        True: ["noop"],
    }


def test_without_noops_and_with_one_number_of_occurrences_there_is_one_part():
    data = make_rewrite_data(SMALL.model_copy(update={"noop_share": 0.0}))
    assert set(data.train["part"]) == set(data.unseen["part"]) == {""}


def test_several_occurrences_are_mixed_evenly_over_the_rows_that_hold_the_pattern():
    options = SynthRewriteOptions(
        instructions=10,
        examples=1000,
        tests=90,
        input_length=24,
        occurrences=[1, 2, 5],
        noop_share=0.1,
    )
    data = make_rewrite_data(options)
    assert data.train["part"].value_counts().to_dict() == {
        "x1": 300, "x2": 300, "x5": 300, "noop": 100
    }  # fmt: skip
    assert data.unseen["part"].value_counts().to_dict() == {
        "noop": 45, "x1": 15, "x2": 15, "x5": 15
    }  # fmt: skip
    for row in every_row(data):
        assert row.part == ("noop" if row.noop else f"x{matches(row.input, parts(row)[0])}")
    # not one rule with ever the same number of occurrences
    assert (data.train.groupby("rule")["part"].nunique() == 4).all()


def test_tests_may_hold_their_pattern_as_often_as_no_training_row_does():
    options = SMALL.model_copy(update={"test_occurrences": [3], "noop_share": 0.0})
    data = make_rewrite_data(options)
    assert {matches(row.input, parts(row)[0]) for row in data.train.itertuples()} == {1}
    assert {matches(row.input, parts(row)[0]) for row in data.unseen.itertuples()} == {3}


@pytest.mark.parametrize("options", [SMALL, FAMILIAL])
def test_no_test_pattern_is_in_a_training_rule(options):
    data = make_rewrite_data(options)
    trained = {parts(row)[0] for row in data.train.itertuples()}
    assert len(trained) == options.instructions
    for rows in data.tests.values():
        tested = {parts(row)[0] for row in rows.itertuples()}
        assert len(tested) == options.tests
        assert not tested & trained


@given(st.integers(0, 50), st.sampled_from([2, 3, 8]))
@settings(max_examples=12, deadline=None)
def test_with_families_patterns_and_replacements_of_tests_are_in_no_training_rule(seed, alphabet):
    options = FAMILIAL.model_copy(
        update={"seed": seed, "alphabet": alphabet, "instructions": 4, "tests": 2}
    )
    data = make_rewrite_data(options)
    assert set(data.tests) == {"unseen", "within"}
    for rows in data.tests.values():
        assert not strings_of(rows) & strings_of(data.train)


def test_with_families_parts_are_the_ks():
    data = make_rewrite_data(FAMILIAL)
    assert data.unseen["part"].value_counts().to_dict() == {"k1": 20, "k2": 20}
    assert set(data.tests["within"]["part"]) == set(data.train["part"]) == {"k3"}


def test_the_budget_is_shared_evenly_by_the_rules():
    data = make_rewrite_data(SynthRewriteOptions(instructions=7, examples=100, tests=5))
    assert sorted(data.train["rule"].value_counts()) == [14, 14, 14, 14, 14, 15, 15]
    assert data.rule_summary() == {"asked": 7, "with_examples": 7, "effective": 6.993}


def test_a_long_tail_leaves_rules_without_an_example_and_says_how_many():
    options = SynthRewriteOptions(instructions=1000, examples=5000, tests=5, shape=0.05)
    data = make_rewrite_data(options)
    summary = data.rule_summary()
    assert data.counts.sum() == len(data.train) == 5000
    assert summary["asked"] == 1000
    assert summary["with_examples"] == data.train["rule"].nunique() < 500
    assert summary["effective"] < summary["with_examples"]
    assert (data.train["rule"].value_counts().sort_index() == data.counts[data.counts > 0]).all()


def test_rows_of_a_long_tail_lie_in_random_order():
    options = SynthRewriteOptions(instructions=100, examples=5000, tests=5, shape=0.5)
    rules = make_rewrite_data(options).train["rule"].to_numpy()
    assert abs(rules[:2500].mean() - rules[2500:].mean()) < 2


def test_fewer_rules_are_the_head_of_more_and_are_tested_on_the_same_examples():
    few = make_rewrite_data(SMALL.model_copy(update={"instructions": 10}))
    many = make_rewrite_data(SMALL)
    assert few.unseen.equals(many.unseen)
    assert set(few.train["instruction"]) < set(many.train["instruction"])


def test_with_families_fewer_rules_are_the_head_of_more_too():
    few = make_rewrite_data(FAMILIAL.model_copy(update={"instructions": 10}))
    many = make_rewrite_data(FAMILIAL)
    assert all(few.tests[name].equals(many.tests[name]) for name in ("unseen", "within"))
    assert set(few.train["instruction"]) < set(many.train["instruction"])


@pytest.mark.parametrize(
    "update",
    [
        {"examples": 999},
        {"shape": 0.2},
        {"noop_share": 0.5},
        {"occurrences": [1, 2], "test_occurrences": [1]},
    ],
)
def test_the_test_set_does_not_depend_on_how_training_rows_are_shared_out(update):
    changed = make_rewrite_data(SMALL.model_copy(update=update))
    assert changed.unseen.equals(make_rewrite_data(SMALL).unseen)


@pytest.mark.parametrize("options", [SMALL.model_copy(update={"examples": 20_000}), FAMILIAL])
def test_same_bytes_on_one_thread_and_on_two(options):
    one, two = (make_rewrite_data(options, threads) for threads in (1, 2))
    assert one.train.equals(two.train)
    assert all(one.tests[name].equals(two.tests[name]) for name in one.tests)


def test_same_seed_same_rows_and_another_seed_others():
    assert make_rewrite_data(SMALL).train.equals(make_rewrite_data(SMALL).train)
    other = make_rewrite_data(SMALL.model_copy(update={"seed": 1}))
    assert not other.train.equals(make_rewrite_data(SMALL).train)


def test_columns_are_plain_text_numbers_and_truth_values():
    assert make_rewrite_data(SMALL).train.dtypes.astype(str).to_dict() == {
        "instruction": "str",
        "input": "str",
        "response": "str",
        "rule": "int64",
        "noop": "bool",
        "part": "str",
    }


def test_test_rules_have_the_lowest_numbers():
    data = make_rewrite_data(FAMILIAL)
    assert data.unseen["rule"].tolist() == list(range(40))
    assert data.tests["within"]["rule"].tolist() == list(range(40, 80))
    assert np.unique(data.train["rule"]).tolist() == list(range(80, 140))
