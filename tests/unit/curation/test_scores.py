import json

import numpy as np
import pytest

from diversify.curation.scores import scores_of
from diversify.errors import DataError


def meta(value):
    return {"instruction": "Add", "meta": json.dumps({"quality": value})}


def test_a_score_is_a_number_or_a_number_written_as_text(table):
    rows = table(meta(3), meta(-0.5), meta("4.25"), meta(" 7 "), meta("1e3"))
    scores = scores_of(rows, "quality")
    assert scores.dtype == np.float64
    assert scores.tolist() == [3.0, -0.5, 4.25, 7.0, 1000.0]


def test_a_column_of_the_table_goes_before_the_meta(table):
    rows = table(meta(1), meta(2)).assign(quality=np.array([9, 8], dtype=np.int32))
    assert scores_of(rows, "quality").tolist() == [9.0, 8.0]


def test_no_rows_have_no_scores(table):
    assert scores_of(table(), "quality").shape == (0,)


@pytest.mark.parametrize(
    "value", [None, True, "good", "", "nan", "inf", [4], {"of": 4}, 10**400, float("nan")]
)
def test_anything_else_is_named_by_file_and_line_and_counted(table, value):
    rows = table(meta(1), meta(value), meta(3), {"instruction": "Add"})
    with pytest.raises(DataError) as fault:
        scores_of(rows, "quality")
    assert str(fault.value) == (
        "code.jsonl:2: no finite number in 'quality'; 2 of 4 rows have none: "
        "score these rows, or take them out of the file"
    )


def test_a_wrong_name_is_answered_with_the_names_there_are(table):
    with pytest.raises(DataError, match=r"nor in any other row.*the rows have quality$"):
        scores_of(table(meta(1), meta(2)), "qualty")
    with pytest.raises(DataError, match=r"the rows have no fields of their own$"):
        scores_of(table({"instruction": "Add", "meta": "not JSON"}), "quality")


def test_a_hole_in_a_column_is_no_number(table):
    rows = table({"instruction": "Add"}, {"instruction": "Sort"}).assign(quality=[1.0, None])
    with pytest.raises(DataError, match=r"code.jsonl:2: no finite number"):
        scores_of(rows, "quality")
