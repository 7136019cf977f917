import pytest
from pydantic import ValidationError

from diversify.config.tabulate import TabulateOptions


def test_references_are_read_as_the_command_line_and_as_yaml_give_them():
    for given in ("a=b,c=d", {"a": "b", "c": "d"}):
        assert TabulateOptions(reference_of=given).reference_of == {"a": "b", "c": "d"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"reference_of": "a"}, "expected pairs such as oss-60=oss-75"),
        ({"confidence": 1}, "less than 1"),
        ({"power": 0.5}, "greater than 0.5"),
        ({"resamples": 10}, "greater than or equal to 100"),
        ({"correction": "bonferroni"}, "Input should be 'holm'"),
    ],
)
def test_what_cannot_be_is_refused(given, words):
    with pytest.raises(ValidationError, match=words):
        TabulateOptions(**given)
