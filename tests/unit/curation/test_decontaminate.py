import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diversify.config.decontaminate import DecontaminateOptions
from diversify.curation.decontaminate import REASONS, Embeddings, drop_leaks
from diversify.curation.order import PLACE
from diversify.errors import ConfigError
from diversify.records import folded, same_key

THREE = DecontaminateOptions(ngram=3)
NOTHING = dict.fromkeys(REASONS, 0)
WORDS = st.lists(st.sampled_from("abc"), min_size=1, max_size=6).map(" ".join)


def test_a_row_that_asks_a_test_item_is_dropped_whatever_its_case_of_spaces(table):
    test = table({"instruction": "What is 2+2?", "source": "test"})
    result = drop_leaks(
        table({"instruction": "What is  2+2?"}, {"instruction": "Hi"}), {"gsm": test}, THREE
    )
    assert result.kept["instruction"].tolist() == ["Hi"]
    (leak,) = result.dropped.to_dict("records")
    assert (leak["test"], leak["item"], leak["reason"], leak["span"]) == (
        "gsm",
        test["id"][0],
        "same prompt",
        "What is 2+2?",
    )


def test_a_row_that_shares_a_run_of_words_is_dropped_with_the_run(table):
    test = table({"instruction": "Alice has three red apples"})
    rows = table({"instruction": "Tell a story", "response": "So ALICE has, three - pears."})
    result = drop_leaks(rows, {"gsm": test}, THREE)
    assert result.dropped["span"].tolist() == ["alice has three"]
    assert result.dropped["reason"].tolist() == ["shared words"]


def test_a_run_may_cross_from_instruction_to_input(table):
    test = table({"instruction": "one two", "input": "three"})
    rows = table({"instruction": "zero one", "input": "two", "response": "three"})
    assert len(drop_leaks(rows, {"t": test}, THREE).dropped) == 1


def test_the_answer_of_a_test_item_gives_nothing_away(table):
    test = table({"instruction": "Why?", "response": "because it is so"})
    rows = table({"instruction": "Say", "response": "because it is so"})
    assert drop_leaks(rows, {"t": test}, THREE).dropped.empty


def test_an_item_with_fewer_words_must_agree_as_a_whole(table):
    test = table({"instruction": "Hi there"})
    rows = table({"instruction": "Hi there friend"}, {"instruction": "Hi there"})
    result = drop_leaks(rows, {"t": test}, THREE)
    assert result.kept["instruction"].tolist() == ["Hi there friend"]


def test_twelve_shared_words_are_not_thirteen(table):
    words = [f"w{number}" for number in range(13)]
    rows = table({"instruction": " ".join(words[:12])}, {"instruction": " ".join(words)})
    test = table({"instruction": "Q: " + " ".join(words)})
    result = drop_leaks(rows, {"t": test}, DecontaminateOptions())
    assert len(result.kept) == 1
    assert result.dropped["span"].tolist() == [" ".join(words)]


def test_the_summary_names_every_test_set(table):
    tests = {
        "gsm": table({"instruction": "a b c d"}, {"instruction": "e f g"}),
        "bbh": table({"instruction": "x y z"}),
    }
    rows = table({"instruction": "a b c"}, {"instruction": "e f g"}, {"instruction": "safe"})
    assert drop_leaks(rows, tests, THREE).summary() == {
        "rows_in": 3,
        "rows_out": 1,
        "dropped": 2,
        "dropped_by_test": [
            {"test": "bbh", "items": 1, "hit": 0, **NOTHING},
            {"test": "gsm", "items": 2, "hit": 2, **NOTHING, "same prompt": 1, "shared words": 1},
        ],
    }


def test_without_tests_everything_stays(table):
    rows = table({"instruction": "a"})
    assert len(drop_leaks(rows, {}, THREE).kept) == 1
    assert drop_leaks(table(), {"t": rows}, THREE).summary()["rows_in"] == 0


@given(prompts=st.lists(WORDS, max_size=12), items=st.lists(WORDS, max_size=4))
def test_a_plain_definition_drops_the_same_rows(table, prompts, items):
    rows = table(*({"instruction": prompt} for prompt in prompts))
    test = table(*({"instruction": item} for item in items))
    result = drop_leaks(rows, {"t": test}, THREE)

    def leaks(prompt: str) -> bool:
        text = f" {prompt} yes "  # the response is yes
        runs = [item.split()[at : at + 3] for item in items for at in range(len(item.split()) - 2)]
        return prompt in items or any(f" {' '.join(run)} " in text for run in runs)

    assert result.kept["instruction"].tolist() == [p for p in prompts if not leaks(p)]
    both = pd.concat([result.kept[PLACE], result.dropped[PLACE]])
    assert sorted(both["line"]) == rows["line"].tolist()


@given(prompts=st.lists(WORDS, max_size=8), items=st.lists(WORDS, max_size=4), seed=st.integers(0))
def test_the_order_of_the_test_files_does_not_matter(table, shuffled, prompts, items, seed):
    rows = table(*({"instruction": prompt} for prompt in prompts))
    test = table(*({"instruction": item} for item in items))
    straight = drop_leaks(rows, {"a": test, "b": test}, THREE)
    mixed = drop_leaks(rows, {"b": shuffled(test, seed), "a": shuffled(test, seed)}, THREE)
    pd.testing.assert_frame_equal(straight.dropped, mixed.dropped)


def test_a_second_pass_drops_nothing(table):
    rows = table(*({"instruction": f"a b {letter} d"} for letter in "cxyz"))
    tests = {"t": table({"instruction": "q a b c"})}
    once = drop_leaks(rows, tests, THREE)
    assert len(once.dropped) == 1
    assert drop_leaks(once.kept, tests, THREE).dropped.empty


def told(result, *columns):
    return result.dropped[list(columns)].to_dict("records")


def test_a_row_is_dropped_once_and_all_it_touches_is_counted(table):
    tests = {
        "b": table({"instruction": "a b c"}, {"instruction": "b c d"}),
        "a": table({"instruction": "x b c d"}),
        "z": table({"instruction": "p q r"}),
    }
    result = drop_leaks(table({"instruction": "say a b c d"}), tests, THREE)
    (leak,) = told(result, "test", "span", "items", "tests")
    # the first run in the row's own order decides, then the first test by name
    assert leak == {"test": "b", "span": "a b c", "items": 3, "tests": "a, b"}
    assert result.hit == {"b": 2, "a": 1, "z": 0}


def test_items_are_never_dropped(table):
    test = table({"instruction": "a b c"})
    before = test.copy(deep=True)
    assert drop_leaks(test, {"t": test}, THREE).kept.empty
    pd.testing.assert_frame_equal(test, before)


def test_a_short_item_is_found_inside_a_text_where_that_is_asked_for(table):
    test = table({"instruction": "count the red balls"}, {"instruction": "add them"})
    rows = table({"instruction": "please count the red balls now"}, {"instruction": "add them up"})
    four = DecontaminateOptions(ngram=8, shortest=4)
    result = drop_leaks(rows, {"t": test}, four)
    assert told(result, "item", "reason", "span") == [
        {"item": test["id"][0], "reason": "short item", "span": "count the red balls"}
    ]
    assert drop_leaks(rows, {"t": test}, DecontaminateOptions(ngram=8)).dropped.empty


def test_a_short_item_is_shorter_than_a_run():
    with pytest.raises(ValueError, match="below ngram"):
        DecontaminateOptions(ngram=8, shortest=8)


def test_an_answer_gives_the_item_away_where_answers_are_looked_for(table):
    test = table({"instruction": "Why?", "response": "because it is so"})
    rows = table({"instruction": "Say", "response": "well because it is so"})
    options = DecontaminateOptions(ngram=3, answers=True)
    (leak,) = told(drop_leaks(rows, {"t": test}, options), "reason", "span")
    assert leak == {"reason": "shared answer", "span": "because it is"}


def test_later_turns_are_looked_at_where_all_turns_are(table):
    more = json.dumps([{"role": "user", "content": 'He said "a b\nc"'}])
    rows = table({"instruction": "Hi", "more": more})
    test = {"t": table({"instruction": "a b c"})}
    assert drop_leaks(rows, test, THREE).dropped.empty
    every = DecontaminateOptions(ngram=3, turns="all")
    assert told(drop_leaks(rows, test, every), "span") == [{"span": "a b c"}]


def test_rows_of_one_place_are_texts_of_one_item(table):
    item = table({"instruction": "Which?", "input": "a b c"})
    both = pd.concat([item, item.assign(input="")])
    rows = table({"instruction": "Which?"}, {"instruction": "q a b c"})
    result = drop_leaks(rows, {"t": both}, THREE)
    assert result.tests == {"t": 1}
    assert [one["reason"] for one in told(result, "reason")] == ["same prompt", "shared words"]
    assert result.hit == {"t": 1}


NEAR = DecontaminateOptions(ngram=3, similarity=0.9)


def test_a_row_near_an_item_is_dropped_with_the_cosine_and_both_texts(table):
    rows = table({"instruction": "sum up"}, {"instruction": "say hi"}, {"instruction": "add all"})
    test = table({"instruction": "add these"}, {"instruction": "sort these"})
    vectors = Embeddings(
        np.array([[0.0, 0, 1], [0, 1, 0], [1, 0.3, 0]], dtype=np.float32),
        {"t": np.array([[1.0, 0, 0], [1, 0.1, 0]], dtype=np.float32)},
    )
    result = drop_leaks(rows, {"t": test}, NEAR, vectors)
    (leak,) = told(result, "item", "reason", "span", "cosine", "items")
    assert leak == {
        "item": test["id"][1],
        "reason": "similar",
        "span": "add all ~ sort these",
        "cosine": pytest.approx(0.9815, abs=2e-4),
        "items": 2,
    }
    assert result.kept["instruction"].tolist() == ["sum up", "say hi"]


def test_items_with_equal_vectors_are_all_given_away(table):
    rows = table({"instruction": "row"})
    tests = {"b": table({"instruction": "one"}), "a": table({"instruction": "two"})}
    one = np.ones((1, 2), dtype=np.float32)
    result = drop_leaks(rows, tests, NEAR, Embeddings(one, {"a": one, "b": one}))
    assert told(result, "test", "items", "tests") == [{"test": "a", "items": 2, "tests": "a, b"}]


def test_words_go_before_vectors(table):
    rows = table({"instruction": "a b c"})
    one = np.ones((1, 2), dtype=np.float32)
    result = drop_leaks(rows, {"t": rows}, NEAR, Embeddings(one, {"t": one}))
    assert told(result, "reason") == [{"reason": "same prompt"}]


def test_a_similarity_without_vectors_is_a_clear_error(table):
    with pytest.raises(ConfigError, match="needs the vectors"):
        drop_leaks(table({"instruction": "a"}), {}, NEAR)


@settings(max_examples=25)
@given(st.data())
def test_a_plain_double_loop_finds_the_same_leaks_for_every_reason(table, shuffled, data):
    draw = data.draw
    texts = st.lists(st.sampled_from(["a", "b", "B", "c-d", "é", "&amp;"]), max_size=7).map(
        " ".join
    )
    of_row = st.fixed_dictionaries({"instruction": texts, "input": texts, "response": texts})
    rows = table(*draw(st.lists(of_row, max_size=8)))
    sets = {name: table(*draw(st.lists(of_row, max_size=3))) for name in ("one", "two")}
    options = DecontaminateOptions(ngram=4, shortest=2, answers=True, similarity=0.8)
    of = {
        name: np.random.default_rng(draw(st.integers(0, 99))).normal(size=(len(part), 2))
        for name, part in {"rows": rows, **sets}.items()
    }
    vectors = Embeddings(of.pop("rows"), of)
    result = drop_leaks(rows, sets, options, vectors)
    assert told(result, "line", "reason", "items") == plainly(rows, sets, options, vectors)

    order = np.random.default_rng(draw(st.integers(0, 99))).permutation(len(rows))
    again = drop_leaks(rows.iloc[order], sets, options, Embeddings(vectors.rows[order], of))
    straight, mixed = (one.dropped.sort_values("line") for one in (result, again))
    pd.testing.assert_frame_equal(straight.reset_index(drop=True), mixed.reset_index(drop=True))


def plainly(rows, sets, options, vectors):
    """Compare each row with each item, one after the other."""
    leaks = []
    for at, row in enumerate(rows.to_dict("records")):
        reasons, items = set(), 0
        for name, items_of in sets.items():
            for number, item in enumerate(items_of.to_dict("records")):
                cosine = cosine_of(vectors.rows[at], vectors.tests[name][number])
                found = reasons_of(row, item, options, cosine)
                reasons |= found
                items += bool(found)
        if reasons:
            reason = next(reason for reason in REASONS if reason in reasons)
            leaks.append({"line": row["line"], "reason": reason, "items": items})
    return leaks


def cosine_of(one, two):
    one, two = (np.rint(v / np.linalg.norm(v) * 2000) for v in (one, two))
    return one @ two / np.linalg.norm(one) / np.linalg.norm(two)


def reasons_of(row, item, options, cosine):
    def words(*texts):
        text = folded(" ".join(texts)).lower()
        return "".join(c if c.isalnum() else " " for c in text).split()

    def runs(words, length):
        return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}

    mine = words(row["instruction"], row["input"], row["response"])
    prompt, answer = words(item["instruction"], item["input"]), words(item["response"])
    short = options.shortest <= len(prompt) < options.ngram
    same = same_key(row["instruction"], row["input"]) == same_key(
        item["instruction"], item["input"]
    )
    held = {
        "same prompt": same,
        "shared words": runs(mine, options.ngram) & runs(prompt, options.ngram),
        "shared answer": runs(mine, options.ngram) & runs(answer, options.ngram),
        "short item": short and tuple(prompt) in runs(mine, len(prompt)),
        "similar": cosine >= options.similarity,
    }
    return {reason for reason, holds in held.items() if holds}
