import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.decontaminate import DecontaminateOptions
from diversify.curation.decontaminate import drop_leaks
from diversify.curation.order import PLACE

THREE = DecontaminateOptions(ngram=3)
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
            {"test": "bbh", "items": 1, "same prompt": 0, "shared words": 0},
            {"test": "gsm", "items": 2, "same prompt": 1, "shared words": 1},
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
