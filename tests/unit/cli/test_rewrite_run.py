import json

import pytest


def test_a_run_prints_its_result(run):
    assert run("rewrite", "run", "append-reverse", "abb") == (0, "abbbba\n", "")
    assert run("rewrite", "run", "a -> b; b ->. c", "") == (0, "\n", "")
    assert run("rewrite", "run", "a ->. b", "--", "-a") == (0, "-b\n", "")


def test_a_trace_shows_each_step_with_its_rule_and_the_place_marked(run):
    _, out, _ = run("rewrite", "run", "Xa -> aX; X ->. ; -> X", "aa", "--trace")
    assert out.splitlines() == [
        "   1  rule 3: -> X      []aa",
        "   2  rule 1: Xa -> aX  [Xa]a",
        "   3  rule 1: Xa -> aX  a[Xa]",
        "   4  rule 2: X ->.     aa[X]",
        "aa",
    ]


def test_the_marks_are_none_of_the_symbols(run):
    _, out, _ = run("rewrite", "run", "a -> {", "[a", "--trace")
    assert out.splitlines() == ["   1  rule 1: a -> {  [(a)", "[{"]


def test_nothing_that_is_printed_steers_a_terminal(run):
    _, out, _ = run("rewrite", "run", "a -> \x1b[31m", "a\nb\u202e", "--trace")
    assert out.splitlines() == [
        r"   1  rule 1: a -> \x1b[31m  {a}\nb\u202e",
        r"\x1b[31m\nb\u202e",
    ]


def test_json_holds_the_result_and_on_demand_the_trace(run):
    _, out, _ = run("rewrite", "run", "a -> b; b ->. c", "a", "--json")
    document = json.loads(out)
    assert (document["result"], document["steps"], document["stopped_by"]) == ("c", 2, 2)
    assert document["rules"] == ["a -> b", "b ->. c"]
    assert "trace" not in document
    _, out, _ = run("rewrite", "run", "a -> b; b ->. c", "a", "--json", "--trace")
    assert json.loads(out)["trace"] == [
        {"rule": 1, "position": 0, "before": "a", "after": "b"},
        {"rule": 2, "position": 0, "before": "b", "after": "c"},
    ]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["a -> aa", "a", "--max-steps", "9"], "no end after 9 steps: raise --max-steps, if it"),
        (["a -> aa", "a", "--max-length", "9"], "step 9 makes a string of 10 characters"),
        (["a -> a", "a"], "it never ends: step 1 brings back the string of step 0"),
        (["a => b", "a"], "no such file: give a file of rules, one of add, append-reverse"),
        (["a -> b; c", "a"], "rule 2: no arrow: write one rule as `x -> y`"),
        (["a -> b", "\udc80"], "RULES and STRING must be valid UTF-8 text"),
        (["sort", "a", "--max-steps", "0"], "--max-steps: Input should be greater than or"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(run, words, line):
    code, out, err = run("rewrite", "run", *words)
    assert (code, out) == (2, "")
    assert line in err
    assert len(err.splitlines()) == 1


def test_the_help_names_the_algorithms_of_the_package(run):
    from diversify.io.markov_rules import algorithm_names

    _, out, _ = run("rewrite", "run", "--help")
    words = out.replace(",", " ").replace(".", " ").split()
    assert set(algorithm_names()) <= set(words)
