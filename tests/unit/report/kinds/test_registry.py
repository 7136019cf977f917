from types import SimpleNamespace
from typing import Any

import pytest

from diversify.report.conclusions import SENTENCES
from diversify.report.kinds.axes import AXES
from diversify.report.kinds.record import SETS
from diversify.report.kinds.registry import KINDS, kind_of


def name_of(*cells: dict[str, Any], options: tuple[str, ...] = ()) -> str | None:
    kind = kind_of(cells, options)
    return None if kind is None else kind.name


def test_every_kind_is_told_from_the_others_by_its_cells(made: SimpleNamespace) -> None:
    found = {
        name: name_of(*(dict(score.arm) for score in scores))
        for name, scores in made.everything().items()
    }
    assert found == {name: name for name in found}
    assert {kind.name for kind in KINDS} == found.keys()


def test_a_key_among_the_options_makes_a_long_tail_an_encrypted_experiment() -> None:
    cells = [{"instructions": 10, "examples": rows, "shape": "uniform"} for rows in (1, 2)]
    assert name_of(*cells) == "threshold"
    assert name_of(*cells, options=("key_length",)) == "encrypted"
    tail = [cell | {"shape": shape} for cell in cells for shape in ("uniform", 0.1)]
    assert name_of(*tail) == "long tail"
    assert name_of(*tail, options=("key_length",)) == "encrypted"


@pytest.mark.parametrize(
    "neutral", [{"shape": "uniform"}, {"noop_share": 0.0}, {"occurrences": 1}, {}]
)
def test_an_axis_that_stays_at_its_neutral_value_makes_no_other_experiment(
    neutral: dict[str, Any],
) -> None:
    assert name_of(*({"instructions": rules, **neutral} for rules in (1, 2))) == "threshold"


def test_an_axis_that_stays_at_another_value_does() -> None:
    cells = [{"instructions": rules, "noop_share": 0.3} for rules in (1, 2)]
    assert name_of(*cells) == "no-ops"


def test_axes_that_stay_in_the_options_may_be_missing_from_the_cells() -> None:
    assert name_of({"diversify_share": 0.1, "rules": 5}, {"diversify_share": 0.2, "rules": 5}) == (
        "algebra specialist"
    )
    cells = [{"families": one, "instructions": 5} for one in ("repeated", "mirrored")]
    assert name_of(*cells) == "restricted semantics"


def test_unknown_axes_make_a_plain_kind_along_the_first_numbers_that_vary() -> None:
    cells = [{"model": word, "lr": number, "fixed": 1} for word, number in (("a", 1), ("b", 2))]
    kind = kind_of(cells)
    assert kind is not None
    assert (kind.name, kind.views[0].spread) == ("plain", ("lr", SETS))
    assert name_of({"lr": 1}) is None


def test_every_kind_has_words_for_its_axes_and_a_sentence() -> None:
    assert len(KINDS) == 10
    for kind in KINDS:
        axes = {axis for view in kind.views for axis in view.spread} - {SETS}
        assert axes <= AXES.keys(), kind.name
        assert kind.name in SENTENCES
        assert kind.asked.endswith("?")
        assert {mark.axis for mark in kind.marks} <= axes
