import random
from functools import cache

import numpy as np
import pytest
from pydantic import ValidationError

from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.errors import ConfigError
from diversify.synth.algebra import make_algebra_data, share_rules
from diversify.synth.algebraic.drawing import draw_example
from diversify.synth.algebraic.equality import have_same_value
from diversify.synth.algebraic.matching import places, rewritten
from diversify.synth.algebraic.parser import parse
from diversify.synth.algebraic.rules import Rule, all_rules, meaning, sides
from diversify.synth.algebraic.text import text_of
from diversify.synth.algebraic.trees import depth, subtree_at
from diversify.synth.algebraic.verification import as_sympy

GENERALIST = SynthAlgebraOptions(rules=100, examples=600, tests=100, depth=2, pattern_depth=1)
SPECIALIST = SynthAlgebraOptions(
    rules=20,
    examples=800,
    tests=80,
    depth=1,
    pattern_depth=0,
    diversify_rules=8,
    diversify_share=0.1,
    test_pattern_depth=2,
)


@cache
def made(options):
    return make_algebra_data(options)


def variant(options, **changes):
    return SynthAlgebraOptions(**{**options.model_dump(), **changes})


def rows(options):
    data = made(options)
    return [*data.train.itertuples(), *data.tests.itertuples()]


def test_every_answer_is_the_input_with_its_one_instance_rewritten():
    found = rows(GENERALIST) + rows(SPECIALIST)
    assert len(found) == 600 + 200 + 800 + 240
    for row in found:
        left, right = sides(row.instruction)
        tree = parse(row.input)
        (place,) = places(left, tree)
        assert row.response == text_of(rewritten(tree, left, right, place))


def test_every_answer_differs_from_its_input_and_is_equal_to_it_in_value():
    for row in rows(GENERALIST):
        assert row.response != row.input
        assert have_same_value(parse(row.input), parse(row.response)), row


def test_sympy_finds_answers_equal_to_their_inputs():
    import sympy

    rng, compared = random.Random(0), 0
    for row in rng.sample(rows(GENERALIST), 25):
        pair = [as_sympy(parse(text)) for text in (row.input, row.response)]
        symbols = pair[0].free_symbols | pair[1].free_symbols
        at = {symbol: sympy.Rational(rng.randint(30, 240), 100) for symbol in symbols}
        a, b = (side.subs(at).evalf(20) for side in pair)
        if a.is_real and b.is_real:
            compared += 1
            assert abs(a - b) <= 1e-12 * (1 + abs(a)), row
    assert compared > 12


def test_the_instruction_is_the_rule_that_the_row_names():
    for row in rows(GENERALIST):
        assert meaning(Rule(0, "", *sides(row.instruction))) == meaning(all_rules()[row.rule])


def test_no_rule_is_both_held_out_and_trained():
    data = made(GENERALIST)
    unseen = data.tests[data.tests["source"] == "unseen"]
    assert data.train["rule"].nunique() == 100
    assert unseen["rule"].nunique() == 20
    assert not {*unseen["rule"]} & {*data.train["rule"]}


def test_a_specialists_rules_rules_beside_and_rules_held_out_are_three_groups():
    roles = share_rules(SPECIALIST)
    groups = [roles.trained, roles.beside, roles.held_out]
    assert [len(group) for group in groups] == [20, 8, 20]
    assert len({rule.number for group in groups for rule in group}) == 48


def test_a_specialist_is_tested_deeper_than_it_was_trained():
    data = made(SPECIALIST)
    own = {rule.number for rule in data.roles.trained}
    sets = dict(list(data.tests.groupby("source")))
    assert set(sets) == {"unseen", "other", "train"}
    assert {*sets["unseen"]["rule"]} == own
    assert {*sets["other"]["rule"]} == {rule.number for rule in data.roles.held_out}
    assert grounding_depths(sets["unseen"]) == {2}
    assert grounding_depths(sets["other"]) == grounding_depths(data.train) == {0}


def grounding_depths(table):
    found = set()
    for row in table.itertuples():
        left, _ = sides(row.instruction)
        tree = parse(row.input)
        (place,) = places(left, tree)
        around = subtree_at(tree, place)
        found |= {depth(ground) for ground in grounds(left, around)}
    return found


def grounds(pattern, tree):
    if pattern.head.isupper():
        return [tree]
    pairs = zip(pattern.arguments, tree.arguments, strict=True)
    return [ground for one, other in pairs for ground in grounds(one, other)]


def test_the_rules_beside_can_be_trained_deeper():
    data = made(variant(SPECIALIST, diversify_pattern_depth=1))
    beside = data.train["rule"].isin([rule.number for rule in data.roles.beside])
    assert grounding_depths(data.train[beside]) == {1}
    assert grounding_depths(data.train[~beside]) == {0}


def test_the_budget_is_shared_as_asked():
    data = made(SPECIALIST)
    counts = data.train["rule"].value_counts()
    assert [counts[rule.number] for rule in data.roles.trained] == [36] * 20
    assert [counts[rule.number] for rule in data.roles.beside] == [10] * 8
    head = data.train.head(100)["rule"].isin([rule.number for rule in data.roles.beside])
    assert head.sum() == 10, "they stand evenly among the others"


def test_fewer_rules_are_a_part_of_more_and_are_tested_on_the_same_examples():
    few, many = made(variant(GENERALIST, rules=10)), made(GENERALIST)
    assert [*few.roles.trained] == [*many.roles.trained][:10]
    assert unseen(few).equals(unseen(many))


def test_fewer_examples_are_the_head_of_more():
    few, many = made(variant(GENERALIST, examples=300)), made(GENERALIST)
    assert few.train.equals(many.train.head(300))


def test_every_arm_of_a_specialist_is_tested_on_the_same_examples():
    arms = [
        SPECIALIST,
        variant(SPECIALIST, diversify_share=0.0),
        variant(SPECIALIST, diversify_rules=4),
    ]
    tests = [made(arm).tests for arm in arms]
    for arm in tests[1:]:
        for name in ("unseen", "other"):
            pairs = [one[one["source"] == name] for one in (tests[0], arm)]
            assert pairs[0].equals(pairs[1])
    few, many = (made(arm).roles.beside for arm in (arms[2], arms[0]))
    assert few == many[:4]


def unseen(data):
    return data.tests[data.tests["source"] == "unseen"]


def test_same_seed_same_rows_and_another_seed_others():
    again = make_algebra_data(SPECIALIST)
    assert again.train.equals(made(SPECIALIST).train)
    assert again.tests.equals(made(SPECIALIST).tests)
    other = made(variant(SPECIALIST, seed=1))
    assert not other.train.equals(again.train)
    assert {*other.tests["rule"]} != {*again.tests["rule"]}


def test_the_variables_of_a_rule_are_called_by_other_letters_each_time():
    assert len({*made(GENERALIST).train["instruction"]}) > 400
    fixed = made(variant(GENERALIST, rename=False))
    assert {*fixed.train["instruction"]} == {rule.text() for rule in fixed.roles.trained}
    letters = {letter for text in made(GENERALIST).train["instruction"] for letter in text}
    assert {letter for letter in letters if letter.isupper()} == set("ABCDEFGH")


def test_brackets_can_stand_around_every_operation_inside_another():
    few, all_ = (made(variant(SPECIALIST, brackets=way)).train for way in ("few", "all"))
    assert few["rule"].equals(all_["rule"])
    for one, other in zip(few["response"], all_["response"], strict=True):
        assert parse(one) == parse(other)
        assert text_of(parse(other), "all") == other
    assert all_["input"].str.count(r"\(").sum() > few["input"].str.count(r"\(").sum()


def test_rules_can_be_kept_short():
    options = variant(GENERALIST, rule_size=10)
    assert max(rule.size for rule in made(options).roles.trained) <= 10
    assert {rule.number for rule in share_rules(variant(options, rules=102)).trained} <= {
        rule.number for rule in all_rules() if rule.size <= 10
    }


def test_leaves_are_of_the_kinds_and_shares_asked_for():
    options = variant(GENERALIST, constants=3, variables=2, function_share=0.0)
    text = "".join(made(options).train["input"][made(options).train["rule"].isin(plain_rules())])
    assert set(text) <= set("xy0123456789+-*/^()")
    numbers = np.mean([character in "123" for character in text if character in "xy123"])
    assert 0.2 < numbers < 0.5


def plain_rules():
    return [rule.number for rule in all_rules() if rule.family in ("sums", "products", "fractions")]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"rules": 205}, "are more than the 224 rules there are: lower one, or raise rule_size"),
        ({"rules": 180, "diversify_rules": 40}, "more than the 224 rules"),
        ({"rule_size": 8, "rules": 50}, "more than the 62 rules there are"),
        ({"rule_size": 10, "derived": 100}, "leaves no room to derive rules: raise it to 12"),
        ({"tests": 19}, "tests 19 is less than test_rules 20"),
        ({"examples": 39}, "leave 39 for rules 40: each rule needs an example"),
        ({"diversify_share": 0.1}, "has no rules to go to: raise diversify_rules"),
        ({"diversify_rules": 5, "pattern_depth": 3}, "3 is not deeper than pattern_depth 3"),
        (
            {"diversify_rules": 40, "diversify_share": 0.02, "examples": 1000},
            "is 20, less than diversify_rules 40",
        ),
        ({"constant_share": 0.7, "function_share": 0.4}, "together are more than 1"),
        ({"diversify_share": 1.0}, "less than 1"),
        ({"depth": 7}, "less than or equal to 6"),
    ],
)
def test_a_task_that_cannot_be_is_refused(given, what):
    with pytest.raises(ValidationError, match=what):
        SynthAlgebraOptions(**given)


def test_a_rule_without_an_example_is_named():
    # every example is 1^1 there, and 1^1 = 1 rewrites nothing else
    options = SynthAlgebraOptions(
        depth=0, pattern_depth=0, constants=1, constant_share=1.0, function_share=0.0
    )
    rule = Rule(0, "", *sides("(A-B)*(A-B) = (B-A)*(B-A)"))
    with pytest.raises(ConfigError, match=r"no expression .* \(A-B\)\*\(A-B\) = .*raise variables"):
        draw_example(random.Random(0), rule, 0, options)
