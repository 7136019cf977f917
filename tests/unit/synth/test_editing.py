import json

import pytest

from diversify.config.synth_editing import SynthEditingOptions
from diversify.synth.editing import CORE, OPERATIONS, OTHERS, edited, make_editing_corpus
from diversify.synth.spoil import spoil

SMALL = SynthEditingOptions(
    core_rules=30, core_rows=300, other_rows=40, tests=50, duplicates=25, malformed=12, leaks=10
)


@pytest.fixture(scope="module")
def corpus():
    return make_editing_corpus(SMALL)


def every_row(corpus):
    return [row for rows in corpus.rows.values() for row in rows]


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("replace", "KXYZLL"),
        ("delete", "KLL"),
        ("insert-after", "KABCXYZLL"),
        ("insert-before", "KXYZABCLL"),
        ("double", "KABCABCLL"),
        ("move-to-front", "ABCKLL"),
        ("move-to-end", "KLLABC"),
        ("mask", "K###LL"),
        ("reverse", "KCBALL"),
        ("swap-sides", "LLABCK"),
    ],
)
def test_each_operation_does_what_its_words_say(operation, answer):
    assert edited(operation, "ABC", "XYZ", "KABCLL") == answer


def test_an_operation_acts_on_the_leftmost_occurrence():
    assert edited("replace", "AB", "XY", "KABLABM") == "KXYLABM"


def test_there_are_at_least_eight_operations_beside_the_core_each_in_several_phrasings():
    assert len(OTHERS) >= 8
    assert all(len(operation.phrasings) >= 2 for operation in OPERATIONS.values())
    said = [phrase for operation in OPERATIONS.values() for phrase in operation.phrasings]
    assert len(said) == len(set(said))


def test_the_default_corpus_holds_at_least_thirty_thousand_rows():
    options = SynthEditingOptions()
    assert options.core_rows + len(OTHERS) * options.other_rows >= 30_000


def test_the_core_has_its_rules_and_every_other_row_a_rule_of_its_own(corpus):
    assert len({row.rule for row in corpus.rows[CORE]}) == 30
    for name in OTHERS:
        assert len({row.rule.split(">")[0] for row in corpus.rows[name]}) == 40


def test_no_instruction_and_input_come_twice(corpus):
    tests = [row for rows in corpus.tests.values() for row in rows]
    pairs = [(row.instruction, row.input) for row in [*every_row(corpus), *tests]]
    assert len(pairs) == len(set(pairs))


def test_unseen_patterns_are_in_no_training_rule_of_any_operation(corpus):
    trained = {row.rule.split(">")[0] for row in every_row(corpus)}
    for name in ("unseen", "other"):
        tested = {row.rule.split(">")[0] for row in corpus.tests[name]}
        assert len(tested) == 50
        assert not tested & trained


def test_seen_tests_are_core_rules_on_fresh_inputs(corpus):
    rules = {row.rule for row in corpus.rows[CORE]}
    assert {row.rule for row in corpus.tests["seen"]} <= rules


def test_what_is_planted_is_counted(corpus):
    spoiled = spoil(corpus, SMALL)
    lines = [line for of_operation in spoiled.lines.values() for line in of_operation]
    assert spoiled.planted == {"duplicates": 25, "malformed": 12, "leaks": 10}
    assert len(lines) == len(every_row(corpus)) + 25 + 12 + 10


def test_rows_lie_in_the_file_of_their_operation(corpus):
    for name, lines in spoil(corpus, SMALL).lines.items():
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                continue  # malformed on purpose
            if isinstance(row, dict) and "operation" in row:
                assert row["operation"] == name


def test_same_seed_same_lines():
    first, second = (spoil(make_editing_corpus(SMALL), SMALL).lines for _ in range(2))
    assert first == second


def test_more_spoiled_rows_than_rows_are_refused():
    with pytest.raises(ValueError, match="must not exceed core_rows 100"):
        SynthEditingOptions(core_rules=10, core_rows=100, duplicates=101)
