import pytest
from pydantic import ValidationError

from diversify.config.threshold import ThresholdOptions


def test_values_are_read_as_the_command_line_and_as_yaml_give_them():
    for given in ("3,4,6,12", ("3,4", "6", "12"), [3, 4, 6, 12]):
        assert ThresholdOptions(values=given).values == (3, 4, 6, 12)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"level": 1.0}, "less than 1"),
        ({"level": 0.0}, "greater than 0"),
        ({"resolution": 0}, "greater than 0"),
        ({"seeds": 1}, "greater than or equal to 2"),
        ({"seeds": 5, "max_seeds": 4}, "max_seeds 4 is less than seeds 5"),
        ({"values": "3,6", "low": 3}, "either values or the ends"),
        ({"values": "3,3"}, "two different ones"),
        ({"low": 30, "high": 30}, "low 30 is not less than high 30"),
    ],
)
def test_what_cannot_be_is_refused_with_its_own_sentence(given, words):
    with pytest.raises(ValidationError, match=words):
        ThresholdOptions(**given)
