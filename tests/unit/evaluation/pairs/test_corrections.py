import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diversify.evaluation.pairs.corrections import corrected
from diversify.evaluation.pairs.mcnemar import discordant

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def holm_by_steps(p_values, level):
    """Reject from the smallest on, until one is too large."""
    rejected, left = set(), sorted(range(len(p_values)), key=lambda index: p_values[index])
    for done, index in enumerate(left):
        if p_values[index] > level / (len(left) - done):
            break
        rejected.add(index)
    return rejected


@given(P_VALUES, st.sampled_from([0.01, 0.05, 0.2]))
def test_holm_rejects_what_stepping_down_rejects(p_values, level):
    adjusted = corrected(p_values, "holm")
    found = {index for index, p in enumerate(adjusted) if p <= level}
    # a product and a quotient may round apart where they meet the level exactly
    close = {index for index, p in enumerate(adjusted) if abs(p - level) < 1e-12}
    assert found - close == holm_by_steps(p_values, level) - close


def test_holm_on_a_worked_example():
    assert corrected([0.01, 0.04, 0.03, 0.005], "holm") == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_benjamini_and_hochberg_on_a_worked_example():
    assert corrected([0.01, 0.04, 0.03, 0.005], "benjamini-hochberg") == pytest.approx(
        [0.02, 0.04, 0.04, 0.02]
    )


@given(P_VALUES)
def test_a_correction_only_raises_and_keeps_the_order(p_values):
    for way in ("holm", "benjamini-hochberg", "none"):
        adjusted = corrected(p_values, way)
        assert all(0 <= before <= after + 1e-15 <= 1 + 1e-15
                   for before, after in zip(p_values, adjusted, strict=True))  # fmt: skip
        by_given = [p for _, p in sorted(zip(p_values, adjusted, strict=True))]
        assert by_given == sorted(by_given)
    assert corrected(p_values, "none") == p_values
    assert corrected([], "holm") == []


def test_arms_that_are_alike_seldom_look_different(made):
    rng, one, any_of_four = np.random.default_rng(0), 0, 0
    for _ in range(400):
        reference, *arms = made.answers(rng, [0.0] * 5, 80).astype(float)
        p_values = [discordant(arm, reference).p for arm in arms]
        one += min(p_values) <= 0.05
        any_of_four += min(corrected(p_values, "holm")) <= 0.05
    assert any_of_four / 400 <= 0.05 < one / 400  # the very reason for a correction
