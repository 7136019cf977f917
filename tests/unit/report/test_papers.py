from diversify.report.kinds.registry import KINDS
from diversify.report.papers import ALWAYS, NEVER, TABLE_1, Points, row_of_table_1


def test_table_1_is_whole() -> None:
    assert TABLE_1.keys() == {"1", "10", "20", "mixed"}
    assert all(row.keys() == {200, 500, 1000, 2000} for row in TABLE_1.values())
    assert [round(sum(row.values()), 2) for row in TABLE_1.values()] == [1.12, 1.59, 1.08, 2.50]


def test_the_mixed_row_wins_wherever_any_row_does() -> None:
    for rules in (500, 1000, 2000):
        assert max(TABLE_1, key=lambda row: TABLE_1[row][rules]) == "mixed"


def test_a_mixture_of_any_numbers_belongs_to_the_mixed_row() -> None:
    assert [row_of_table_1(one) for one in (1, "10", "1+5")] == ["1", "10", "mixed"]


def test_every_reported_accuracy_is_one() -> None:
    points = [mark for kind in KINDS for mark in kind.marks if isinstance(mark, Points)]
    assert len(points) == 6
    assert all(0 <= low <= high <= 1 for mark in points for _, low, high in mark.places)
    assert NEVER < ALWAYS
