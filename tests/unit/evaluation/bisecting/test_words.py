import pytest

from diversify.evaluation.bisecting.words import number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (30, "30"),
        (10_000, "10,000"),
        (1849.6, "1,850"),
        (0.3125, "0.312"),
        (5.5, "5.5"),
        (0.0, "0"),
    ],
)
def test_numbers_have_as_many_digits_as_they_deserve(value, shown):
    assert number(value) == shown
