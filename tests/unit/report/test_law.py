import xml.etree.ElementTree as ElementTree
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.report.grids import find_grids
from diversify.report.law import draw_law, in_percent, in_words, law_of, shares
from diversify.report.looks import NARROW, WIDE
from diversify.synth.rewriting.power_law import examples_per_rule


@given(st.one_of(st.just("uniform"), st.floats(0.02, 5)), st.integers(1, 300))
def test_shares_add_up_to_one_and_fall_with_the_rank(shape: float | str, rules: int) -> None:
    found = shares(shape, rules)
    assert found.sum() == pytest.approx(1)
    assert (np.diff(found) <= 0).all()


@pytest.mark.parametrize("shape", ["uniform", 2, 1, 0.5, 0.2, 0.1, 0.07, 0.03])
def test_training_sets_follow_the_law_to_within_one_example(shape: float | str) -> None:
    counted = examples_per_rule(200, 10_000, shape)
    np.testing.assert_array_less(abs(counted[::-1] - 10_000 * shares(shape, 200)), 1.001)


def test_shares_are_the_quantiles_of_the_density() -> None:
    plain = [((rank + 0.5) / 50) ** (1 / 0.2) for rank in range(50)][::-1]
    np.testing.assert_allclose(shares(0.2, 50), np.array(plain) / sum(plain))


def test_the_law_of_a_long_tail_is_drawn_for_the_fewest_rules(made: SimpleNamespace) -> None:
    law = law_of(find_grids(made.everything()["long tail"])[0])
    assert law is not None
    assert (law.instructions, law.examples, law.shapes) == (1000, 100000, ("uniform", 1, 0.2, 0.05))
    for look in (WIDE, NARROW):
        text = draw_law(law, look)
        ElementTree.fromstring(text)
        for part in ("law-uniform", "law-0.05", "one-example"):
            assert f'id="{part}"' in text
    assert "318 of 1,000 rules expect at least one of 100,000 examples" in in_words(law)


def test_other_experiments_have_no_law(made: SimpleNamespace) -> None:
    assert law_of(find_grids(made.everything()["threshold"])[0]) is None


def test_small_percents_are_written_out() -> None:
    assert [in_percent(power) for power in (0, -2, -3, -7)] == [
        "100 %", "1 %", "0.1 %", "0.00001 %",
    ]  # fmt: skip
