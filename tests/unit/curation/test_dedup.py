import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.config.dedup import DedupOptions
from diversify.curation.dedup import drop_duplicates
from diversify.curation.order import PLACE
from diversify.records import same_key

METHODS = ["exact", "minhash", "semantic"]

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "instruction": st.sampled_from(["Add", "Add ", "Sort", "A&amp;B", "A&B"]),
            "input": st.sampled_from(["", "1 2", "1\\n2"]),
            "response": st.sampled_from(["yes", "no"]),
            "source": st.sampled_from(["code", "chat"]),
        }
    ),
    max_size=30,
)


def test_of_a_pair_exactly_one_stays(table):
    rows = table({"instruction": "Add", "response": "3"}, {"instruction": "Add", "response": "4"})
    result = drop_duplicates(rows, DedupOptions())
    assert len(result.kept) == 1
    assert len(result.dropped) == 1
    assert result.kept["id"].tolist() == [rows["id"].min()]
    assert result.dropped["id"].tolist() == [rows["id"].max()]
    assert result.dropped["twin"].tolist() == [rows["id"].min()]


def test_the_same_content_in_two_files_stays_under_the_first_source(table):
    rows = table({"instruction": "Add", "source": "web"}, {"instruction": "Add", "source": "books"})
    result = drop_duplicates(rows, DedupOptions())
    assert result.kept["source"].tolist() == ["books"]
    assert result.summary() == {
        "rows_in": 2,
        "rows_out": 1,
        "dropped": 1,
        "dropped_by_source": [{"source": "web", "twin_source": "books", "rows": 1}],
        "dropped_by_method": [{"method": "exact", "rows": 1}],
        "group_sizes": [{"rows": 2, "groups": 1}],
        "largest_groups": [
            {
                "id": rows["id"][0],
                "source": "books",
                "file": "books.jsonl",
                "line": 2,
                "rows": 2,
            }
        ],
    }


@pytest.mark.parametrize("twin", ["Sum  up", "Sum\\nup", "Sum\tup", "Sum&#32;up", "Ｓum up"])
def test_escapes_width_and_whitespace_do_not_hide_a_twin(table, twin):
    rows = table({"instruction": "Sum up"}, {"instruction": twin})
    assert len(drop_duplicates(rows, DedupOptions()).kept) == 1


def test_other_inputs_are_twins_only_by_instruction(table):
    rows = table({"instruction": "Add", "input": "1 2"}, {"instruction": "Add", "input": "3 4"})
    assert len(drop_duplicates(rows, DedupOptions()).kept) == 2
    assert len(drop_duplicates(rows, DedupOptions(field="instruction")).kept) == 1


def test_words_do_not_slip_from_instruction_to_input(table):
    rows = table({"instruction": "Add 1", "input": "2"}, {"instruction": "Add", "input": "1 2"})
    assert len(drop_duplicates(rows, DedupOptions()).kept) == 2


@pytest.mark.parametrize("method", METHODS)
def test_no_rows_no_twins(table, method):
    rows = table()
    result = drop_duplicates(rows, DedupOptions(method=method), embeddings=np.empty((0, 3)))
    assert list(result.kept.columns) == list(rows.columns)
    assert result.summary() == {
        "rows_in": 0,
        "rows_out": 0,
        "dropped": 0,
        "dropped_by_source": [],
        "dropped_by_method": [],
        "group_sizes": [],
        "largest_groups": [],
    }


@given(content=ROWS)
def test_kept_and_dropped_are_all_rows_and_every_twin_is_kept(table, content):
    rows = table(*content)
    result = drop_duplicates(rows, DedupOptions())
    both = pd.concat([result.kept[PLACE], result.dropped[PLACE]])
    assert sorted(both.itertuples(index=False)) == sorted(rows[PLACE].itertuples(index=False))
    assert set(result.dropped["twin"]) <= set(result.kept["id"])
    assert sum(line["rows"] for line in result.summary()["dropped_by_source"]) == len(
        result.dropped
    )


@given(content=ROWS)
def test_a_plain_loop_keeps_the_same_rows(table, content):
    rows = table(*content)
    first = {}
    for row in sorted(rows.to_dict("records"), key=lambda row: [row[name] for name in PLACE]):
        first.setdefault(same_key(row["instruction"], row["input"]), row)
    assert drop_duplicates(rows, DedupOptions()).kept.to_dict("records") == list(first.values())


@given(content=ROWS, seed=st.integers(0, 99))
def test_the_order_of_the_rows_does_not_matter(table, shuffled, content, seed):
    rows = table(*content)
    straight = drop_duplicates(rows, DedupOptions())
    mixed = drop_duplicates(shuffled(rows, seed), DedupOptions())
    pd.testing.assert_frame_equal(straight.kept, mixed.kept)
    pd.testing.assert_frame_equal(straight.dropped, mixed.dropped)


@given(content=ROWS)
def test_a_second_pass_drops_nothing(table, content):
    once = drop_duplicates(table(*content), DedupOptions())
    assert drop_duplicates(once.kept, DedupOptions()).dropped.empty
