import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.rewrite_run import RewriteRunOptions
from diversify.errors import ConfigError, DataError
from diversify.synth.markov import Rule, Step, parse_rule, run, steps

OPTIONS = RewriteRunOptions()
TEXT = st.text("abX", max_size=8)
RULES = st.lists(
    st.builds(Rule, st.text("abX", max_size=2), st.text("abX", max_size=2), st.booleans()),
    min_size=1,
    max_size=5,
)


def algorithm(text):
    return [parse_rule(part) for part in text.split(";")]


def result(text, string, **options):
    return run(algorithm(text), string, RewriteRunOptions(**options)).result


def strings_by_definition(rules, string, most):
    """The slow oracle: look at each rule in turn, and for each at each place from the left."""
    strings = [string]
    while len(strings) <= most:
        places = [
            (rule, place)
            for rule in rules
            for place in range(len(string) + 1)
            if string[place : place + len(rule.pattern)] == rule.pattern
        ]
        if not places:
            return strings
        rule, place = places[0]
        letters = list(string)
        letters[place : place + len(rule.pattern)] = rule.replacement
        string = "".join(letters)
        strings.append(string)
        if rule.stops:
            return strings
    return strings


@given(RULES, TEXT)
@settings(max_examples=200)
def test_a_run_is_what_the_definition_says(rules, string):
    expected = strings_by_definition(rules, string, 20)
    made = [string]
    for step in steps(rules, string):
        assert step.before == made[-1]
        made.append(step.after)
        if len(made) > 20:
            break
    assert made == expected


@given(RULES, TEXT)
@settings(max_examples=200)
def test_a_run_ends_with_the_last_string_or_says_why_not(rules, string):
    expected = strings_by_definition(rules, string, 40)
    try:
        end = run(rules, string, RewriteRunOptions(max_steps=40))
    except ConfigError:
        assert len(expected) == 41
    except DataError:
        assert len(set(expected)) < len(expected) == 41
    else:
        assert (end.result, end.steps) == (expected[-1], len(expected) - 1)
        assert end.stopped_by is None or rules[end.stopped_by - 1].stops


def test_the_first_rule_that_applies_goes_before_one_further_left():
    assert result("b ->. Y; a ->. X", "aab") == "aaY"


def test_a_rule_replaces_its_leftmost_match():
    assert result("iss ->. art", "mississippi") == "martissippi"


def test_a_string_that_no_rule_applies_to_stays():
    end = run(algorithm("iss -> art"), "canada", OPTIONS)
    assert (end.result, end.steps, end.stopped_by) == ("canada", 0, None)


def test_a_stop_rule_ends_the_run_and_is_named():
    end = run(algorithm("x -> a; a ->. b"), "axa", OPTIONS)
    assert (end.result, end.steps, end.stopped_by) == ("baa", 2, 2)


def test_an_empty_pattern_matches_at_the_start():
    assert result("->. Z", "abc") == "Zabc"
    assert result("a -> ; ->. Z", "aba") == "Zb"


def test_any_character_is_a_symbol():
    assert result("π -> ∂🙂; é ->. e", "πxé") == "∂🙂xe"


def test_each_step_is_seen_with_its_number_rule_and_place():
    seen = []
    run(algorithm("b -> a; aa ->. c"), "ab", OPTIONS, lambda *given: seen.append(given))
    assert seen == [(1, Step(1, 1, "ab", "aa")), (2, Step(2, 0, "aa", "c"))]


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ("a -> aa", "no end after 7 steps: raise --max-steps"),
        ("a -> b; b -> a", "it never ends: step 4 brings back the string of step 2"),
        ("a -> a", "it never ends: step 1 brings back the string of step 0"),
        ("a -> bbbbbbbbbbbbbbbbbbbbba", "step 5 makes a string of 106 characters"),
    ],
)
def test_a_run_without_end_is_given_up_with_a_reason(rules, line):
    with pytest.raises((ConfigError, DataError), match=line):
        result(rules, "a", max_steps=7, max_length=100)


def test_a_run_may_take_exactly_the_steps_that_are_allowed():
    assert result("a -> b", "aaa", max_steps=3) == "bbb"
    assert result("a -> a; ->. b", "", max_steps=1) == "b"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a -> b", Rule("a", "b")),
        ("  a->b\t", Rule("a", "b")),
        ("a ->. b", Rule("a", "b", stops=True)),
        ("a ->.b", Rule("a", "b", stops=True)),
        ("a -> .b", Rule("a", ".b")),
        ("a ->", Rule("a", "")),
        ("-> b", Rule("", "b")),
        ("->.", Rule("", "", stops=True)),
        ("a b -> c d", Rule("a b", "c d")),
    ],
)
def test_a_rule_is_read_as_it_is_written(text, rule):
    assert parse_rule(text) == rule
    assert parse_rule(str(rule)) == rule


@pytest.mark.parametrize("text", ["", "ab", "a => b", "a - > b", "a -> b -> c"])
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(ValueError, match="arrow"):
        parse_rule(text)
