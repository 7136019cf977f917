from math import perm

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from diversify.config.rewrite_run import RewriteRunOptions
from diversify.config.synth_markov import SynthMarkovOptions
from diversify.errors import ConfigError
from diversify.synth.markov import parse_rule, steps
from diversify.synth.traces import make_markov_data

SMALL = SynthMarkovOptions(
    algorithms=50, examples=900, rules=3, stop_share=0.2, chain_share=0.5, alphabet=26,
    input_length=8, tests=100, seed=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def data():
    return make_markov_data(SMALL)


def changed(**options):
    return make_markov_data(SynthMarkovOptions(**{**SMALL.model_dump(), **options}))


def rules_of(row):
    return [parse_rule(text) for text in row.instruction.split(" ; ")]


def run_of(row):
    """What the interpreter makes of a row's input."""
    return [step.after for step in steps(rules_of(row), row.input)]


def every_row(data):
    return [*data.train.itertuples(), *data.tests.itertuples()]


def test_every_trace_is_the_run_of_the_interpreter(data):
    rows = every_row(data)
    assert len(rows) == 1100
    for row in rows:
        run = run_of(row)
        assert row.response == " > ".join(run)
        assert row.part == f"steps{len(run)}"


def test_a_result_is_the_last_string_of_the_trace_of_the_same_run(data):
    results = changed(answer="result")
    for trace, result in zip(every_row(data), every_row(results), strict=True):
        assert trace.response.split(" > ")[-1] == result.response
        assert trace[1:3] == result[1:3]


@given(
    st.integers(0, 99), st.integers(1, 4), st.integers(2, 26), st.integers(1, 3),
    st.integers(0, 5), st.sampled_from([0, 0.3]), st.sampled_from([0, 0.6]), st.booleans(),
)  # fmt: skip
@settings(max_examples=8, deadline=None)
def test_whatever_the_options_a_run_takes_as_many_steps_as_its_row_says(
    seed, rules, alphabet, length, more, stop_share, chain_share, trace
):
    try:
        options = SynthMarkovOptions(
            seed=seed, rules=rules, alphabet=alphabet, pattern_length=length,
            input_length=length + more, stop_share=stop_share,
            chain_share=chain_share if rules > 1 else 0, answer="trace" if trace else "result",
            algorithms=3, examples=12, tests=4, steps=[1, 2], test_steps=[2, 1],
        )  # fmt: skip
        data = make_markov_data(options)
    except (ValidationError, ConfigError):
        return  # refused with a reason
    rows = every_row(data)
    assert len(rows) == 20
    for row in rows:
        run = run_of(row)
        assert row.part == f"steps{len(run)}"
        assert row.response == (" > ".join(run) if trace else run[-1])
        assert len(row.input) == options.input_length


def test_no_rule_of_a_test_is_in_training(data):
    pairs = {
        source: {(rule.pattern, rule.replacement) for row in rows for rule in rules_of(row)}
        for source, rows in (
            ("trained", data.train.itertuples()),
            ("unseen", data.tests.query("source == 'unseen'").itertuples()),
        )
    }
    assert len(pairs["trained"]) > 100
    assert len(pairs["unseen"]) > 200
    assert not pairs["trained"] & pairs["unseen"]


def test_no_rule_of_a_test_is_in_training_where_few_rules_exist():
    data = changed(alphabet=3, algorithms=200, tests=200, rules=2, chain_share=0)
    rows = {
        source: {(rule.pattern, rule.replacement) for row in part.itertuples()
                 for rule in rules_of(row)}
        for source, part in (("train", data.train), ("unseen", data.tests[:200]))
    }  # fmt: skip
    assert len(rows["train"]) + len(rows["unseen"]) <= perm(9, 2)
    assert not rows["train"] & rows["unseen"]


def test_algorithms_are_distinct_and_bear_one_number_each(data):
    lists = data.train.groupby("rule")["instruction"].unique()
    assert len(lists) == 50
    assert lists.map(len).eq(1).all()
    assert lists.map(lambda one: one[0]).nunique() == 50
    unseen = data.tests.query("source == 'unseen'")
    assert unseen["instruction"].nunique() == unseen["rule"].nunique() == 100
    assert not set(unseen["rule"]) & set(data.train["rule"])


def test_within_a_list_patterns_differ_and_no_rule_keeps_its_pattern(data):
    for row in every_row(data):
        rules = rules_of(row)
        assert len({rule.pattern for rule in rules}) == 3
        assert all(rule.pattern != rule.replacement for rule in rules)


def test_the_budget_is_shared_evenly_by_algorithms_and_by_numbers_of_steps(data):
    assert set(data.train.groupby("rule").size()) == {18}
    assert set(data.train.groupby(["rule", "part"]).size()) == {6}
    assert set(data.tests[:100].groupby("part").size()) == {20}


def test_stop_rules_and_chains_have_their_shares():
    data = changed(stop_share=0.3, chain_share=0.8, steps=[1], test_steps=[1], algorithms=900)
    lists = [rules_of(row) for row in data.train.itertuples()]
    rules = [(rule, {other.pattern for other in rules}) for rules in lists for rule in rules]
    stops = sum(rule.stops for rule, _ in rules) / len(rules)
    chained = sum(rule.replacement in patterns for rule, patterns in rules) / len(rules)
    # lists without runs of one step are thrown away: a chain that goes round has none
    assert 0.25 < stops < 0.45
    assert 0.6 < chained < 0.85


def test_fewer_algorithms_are_the_head_of_more_and_are_tested_on_the_same_runs(data):
    few = changed(algorithms=10)
    assert few.tests[:100].equals(data.tests[:100])
    assert set(few.train["instruction"]) == set(data.train["instruction"][:10])


def test_fewer_examples_are_the_head_of_more(data):
    few = changed(examples=300)
    assert few.train.equals(data.train.head(300))
    assert few.tests.equals(data.tests[:200])


def test_training_steps_change_no_test(data):
    assert changed(steps=[2]).tests[:100].equals(data.tests[:100])


def test_same_seed_same_rows_and_another_seed_others(data):
    again = make_markov_data(SMALL)
    assert again.train.equals(data.train)
    assert again.tests.equals(data.tests)
    assert not changed(seed=4).train["input"].equals(data.train["input"])


def test_the_trained_on_rows_of_the_tests_are_the_head_of_training(data):
    known = data.tests.query("source == 'train'").drop(columns="source").reset_index(drop=True)
    assert known.equals(data.train.head(100))


@pytest.mark.parametrize("answer", ["trace", "result"])
@pytest.mark.parametrize("stop_share", [0, 0.5])
def test_no_row_is_longer_than_tokens_per_row_says(answer, stop_share):
    from diversify.config.sft import SftOptions
    from diversify.training.tokenizer import encode_rows, new_tokenizer

    data = changed(answer=answer, stop_share=stop_share, algorithms=300)
    lengths = encode_rows(new_tokenizer(data.tests, SftOptions()), data.tests).lengths()
    bound = SynthMarkovOptions(
        **{**SMALL.model_dump(), "answer": answer, "stop_share": stop_share}
    ).tokens_per_row
    # without stop rules the longest row has just so many
    assert max(lengths) == bound if stop_share == 0 else bound - 3 <= max(lengths) <= bound


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"pattern_length": 7}, "pattern_length 7 is longer than input_length 6: raise"),
        ({"rules": 1, "chain_share": 0.5}, "chain_share 0.5 needs another rule to lead to"),
        ({"alphabet": 2, "pattern_length": 1, "rules": 3}, "only about 0 lists of 3 rules"),
        ({"alphabet": 3, "pattern_length": 1}, "algorithms 10000 and tests 2000: only about 6 "),
        ({"algorithms": 10, "examples": 9}, "each algorithm needs an example"),
        ({"tests": 4}, "tests 4 is less than the 5 numbers in test_steps"),
        ({"stop_share": 1}, "stop_share 1 ends every run after one step, and none takes 5"),
        ({"test_steps": [11]}, "a run of 11 steps is out of reach: .* is 10"),
        ({"steps": [1, 2, 1]}, "names a number twice"),
        ({"steps": []}, "at least 1 item"),
        ({"steps": [0]}, "greater than or equal to 1"),
        ({"alphabet": 27}, "less than or equal to 26"),
    ],
)
def test_a_corpus_that_cannot_be_is_refused(given, what):
    with pytest.raises(ValidationError, match=what):
        SynthMarkovOptions(**given)


def test_runs_that_are_too_rare_are_given_up_with_a_way_out():
    with pytest.raises(ConfigError, match="have runs of 1, 2, 3, 6 steps, and 100 are needed"):
        changed(chain_share=0, planted=0, test_steps=[1, 2, 3, 6])


def test_rows_run_as_the_command_would_run_them(data):
    from diversify.synth.markov import run

    row = next(data.tests.itertuples())
    assert run(rules_of(row), row.input, RewriteRunOptions()).result == row.response[-8:]
