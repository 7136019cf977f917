import numpy as np
import pandas as pd

from diversify.io.tables import read_table, write_table
from diversify.synth.rewriting.text_columns import text_column, word_column


def letters(*texts):
    return np.array([list(text.encode()) for text in texts], dtype=np.uint8)


def test_a_column_is_the_texts_and_behaves_like_any_other():
    column = text_column(letters("abc", "A B", "->."))
    assert column.equals(pd.Series(["abc", "A B", "->."]))
    assert column.str.upper().tolist() == ["ABC", "A B", "->."]


def test_a_column_shares_the_memory_of_its_letters():
    made = letters("abc", "def")
    column = text_column(made)
    made[0, 0] = ord("x")
    assert column.tolist() == ["xbc", "def"]


def test_no_rows_and_no_letters_are_columns_too():
    assert text_column(np.empty((0, 4), dtype=np.uint8)).tolist() == []
    assert text_column(np.empty((2, 0), dtype=np.uint8)).tolist() == ["", ""]


def test_words_stand_where_their_numbers_say():
    assert word_column(["", "noop"], np.array([1, 0, 1])).tolist() == ["noop", "", "noop"]


def test_columns_come_back_from_a_file(tmp_path):
    table = pd.DataFrame({"a": text_column(letters("abc", "def"))})
    write_table(tmp_path / "table.parquet", table)
    assert read_table(tmp_path / "table.parquet").equals(table)
