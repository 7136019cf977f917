from itertools import product
from math import gcd

import pytest

from diversify.config.rewrite_run import RewriteRunOptions
from diversify.errors import ConfigError, DataError
from diversify.io.markov_rules import algorithm_names, read_rules
from diversify.synth.markov import Rule, run


@pytest.fixture
def file(tmp_path):
    def make(text):
        path = tmp_path / "my.rules"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return make


def results(name, strings):
    rules = read_rules(name)
    return [run(rules, string, RewriteRunOptions()).result for string in strings]


def test_append_reverse_appends_the_reverse_of_every_string_up_to_eight_letters():
    strings = ["".join(letters) for n in range(9) for letters in product("ab", repeat=n)]
    assert len(strings) == 511
    assert results("append-reverse", ["abb"]) == ["abbbba"]
    assert results("append-reverse", strings) == [string + string[::-1] for string in strings]


def test_the_other_algorithms_reckon_as_python_does():
    pairs = list(product(range(8), repeat=2))
    strokes = ["1" * n for n in range(50)]
    for name, mark, answer in (
        ("add", "+", lambda a, b: a + b),
        ("multiply", "*", lambda a, b: a * b),
        ("greatest-divisor", ",", gcd),
    ):
        given = [strokes[a] + mark + strokes[b] for a, b in pairs]
        assert results(name, given) == [strokes[answer(a, b)] for a, b in pairs]
    binary = [f"{n:b}" for n in range(40)]
    assert results("binary-to-unary", binary) == ["|" * n for n in range(40)]
    words = ["".join(letters) for letters in product("abc", repeat=5)]
    assert results("sort", words) == ["".join(sorted(word)) for word in words]


def test_every_algorithm_of_the_package_is_tried_above():
    assert algorithm_names() == [
        "add", "append-reverse", "binary-to-unary", "greatest-divisor", "multiply", "sort"
    ]  # fmt: skip


def test_rules_may_be_spelled_out():
    assert read_rules("ab -> ba; b ->. c;") == [Rule("ab", "ba"), Rule("b", "c", stops=True)]


def test_a_file_holds_a_rule_a_line_and_comments_and_blank_lines(file):
    text = "\ufeff# swap\r\n\r\n  ab -> ba\r\n   # then ; is a symbol here\n; ->. c"
    assert read_rules(file(text)) == [Rule("ab", "ba"), Rule(";", "c", stops=True)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a -> b\n\nb = c\n", "my.rules:3: no arrow: write one rule as `x -> y`"),
        ("a -> b; b -> c", "my.rules:1: two arrows: write one rule"),
        ("# nothing\n", "my.rules: holds no rule: write one a line"),
        (b"\xff -> b", "my.rules: not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_list_of_rules_is_refused_by_name_and_line(file, text, line):
    with pytest.raises(DataError, match=line):
        read_rules(file(text))


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("a -> b; c", "rule 2: no arrow"),
        ("a -> b;; c -> d", "rule 2: no arrow"),
        ("# -> b", "rule 1: # begins a comment in files"),
        ("no-such.rules", "'no-such.rules': no such file: give a file of rules, one of add, "),
    ],
)
def test_rules_that_cannot_be_read_are_refused(given, line):
    with pytest.raises(ConfigError, match=line):
        read_rules(given)
