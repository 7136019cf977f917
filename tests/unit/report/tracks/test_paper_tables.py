import pytest

from diversify.report.tracks.layout import gain
from diversify.report.tracks.mix_curves import papers_curves
from diversify.report.tracks.paper_tables import (
    PAPER_TABLES,
    TABLE_1,
    TABLE_2,
    TABLE_3,
    composition_of,
)


def test_the_tables_are_whole():
    assert [len(table.rows) for table in PAPER_TABLES] == [15, 6, 18]
    for table in PAPER_TABLES:
        columns = len(table.columns) + table.has_gain
        assert {len(row.scores) for row in table.rows} == {columns}
        assert {len(row.thousands) for row in table.rows} == {len(table.heads)}


def test_every_printed_average_of_tables_1_and_2_is_the_mean_of_its_four_scores():
    rows = [row for table in (TABLE_1, TABLE_2) for row in table.rows]
    assert len(rows) == 21
    for row in rows:
        assert sum(row.scores[:4]) / 4 == pytest.approx(row.scores[4], abs=0.06)


def test_every_printed_gain_is_that_of_the_average_over_its_row_of_reference():
    gains = 0
    for table in (TABLE_1, TABLE_2):
        for row in table.rows:
            reference = table.reference_of(row)
            if row is reference:
                assert row.scores[-1] is None
                continue
            gains += 1
            mean, other = (sum(one.scores[:4]) / 4 for one in (row, reference))
            # averages as printed are rounded, and so are the gains
            assert gain(mean, other) == pytest.approx(row.scores[-1], abs=0.2)
            assert gain(row.scores[4], reference.scores[4]) == pytest.approx(
                row.scores[-1], abs=0.16
            )
    assert gains == 18


def test_rows_of_reference_are_those_without_diversity():
    found = {
        table.number: sorted({table.reference_of(row).thousands for row in table.rows})
        for table in PAPER_TABLES
    }
    assert found == {
        1: [(15, 5, 0, 0), (60, 15, 0, 0)],
        2: [(19, 1, 0, 0)],
        3: [(10, 10, 0, 0), (20, 20, 0, 0), (40, 20, 0, 0), (60, 20, 0, 0)],
    }


def test_no_two_arms_of_a_table_have_the_same_rows():
    for table in PAPER_TABLES:
        assert len({row.composition for row in table.rows}) == len(table.rows)
    assert sum(TABLE_1.rows[10].composition) == 74_000  # as printed


def test_table_3_overall_is_no_mean_of_its_other_columns():
    apart = [abs(sum(others) / 3 - overall) for overall, *others in
             (row.scores for row in TABLE_3.rows)]  # fmt: skip
    assert max(apart) > 2 and sum(one > 0.1 for one in apart) == 17


def test_sources_are_known_by_their_long_and_short_names():
    assert composition_of(TABLE_3, {"UI": 10_000, "oo": 5_000, "al": 0}) == (10_000, 5_000, 0)
    assert composition_of(TABLE_3, {"ultrainteract": 9, "openorca": 1, "alpaca": 2}) == (9, 1, 2)
    assert composition_of(TABLE_1, {"oss": 9, "alpaca": 1, "lima": 0}) == (9, 1, 0)
    assert composition_of(TABLE_1, {"oss": 9, "lima": 1}) is None


def test_figure_6_has_the_printed_points_and_gaps_where_none_is_printed():
    found = papers_curves()
    assert found["DeepSeek-Coder-6.7B"] == {
        0: 64.2, 1: 66.2, 2: 67.1, 3: 66.2, 4: 66.0, 5: 64.5,
    }  # fmt: skip
    assert found["CodeQwen1.5-7B"] == {0: 65.4, 1: 67.2, 2: 68.1, 4: 66.0}
