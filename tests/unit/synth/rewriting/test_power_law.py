import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from diversify.synth.rewriting.power_law import effective_number, examples_per_rule

PAPERS = [2.0, 1.0, 0.5, 0.2, 0.1, 0.07, 0.03]


@given(
    st.integers(1, 3000),
    st.integers(1, 10**6),
    st.one_of(st.just("uniform"), st.floats(0.001, 50)),
)
def test_shares_add_up_exactly_and_none_is_more_than_one_off(rules, examples, shape):
    counts = examples_per_rule(rules, examples, shape)
    assert counts.sum() == examples
    assert (counts >= 0).all()
    weights = (
        np.ones(rules) if shape == "uniform" else ((np.arange(rules) + 0.5) / rules) ** (1 / shape)
    )
    assert (np.abs(counts - examples * weights / weights.sum()) < 1 + 1e-6).all()


@pytest.mark.parametrize("shape", PAPERS)
def test_weights_are_quantiles_of_the_density(shape):
    # a x^(a-1) on (0, 1) is the beta distribution with parameters a and 1
    weights = beta(shape, 1).ppf((np.arange(1000) + 0.5) / 1000)
    counts = examples_per_rule(1000, 10**6, shape)
    assert np.allclose(counts / 10**6, weights / weights.sum(), atol=1e-6)


def test_a_smaller_shape_has_a_longer_tail():
    counts = [examples_per_rule(1000, 10**6, shape) for shape in PAPERS]
    effective = [effective_number(of_shape) for of_shape in counts]
    assert effective == sorted(effective, reverse=True)
    assert np.count_nonzero(counts[0]) == 1000
    assert np.count_nonzero(counts[-1]) < 500


def test_uniform_shares_are_all_equally_effective():
    assert effective_number(examples_per_rule(300, 3000, "uniform")) == pytest.approx(300)


def test_the_effective_number_follows_the_law():
    # 1 / sum p^2 of I rules tends to I (1 + 2/a) / (1 + 1/a)^2: the moments of x^(1/a)
    for shape in (2.0, 0.5, 0.2):
        expected = 10_000 * (1 + 2 / shape) / (1 + 1 / shape) ** 2
        counts = examples_per_rule(10_000, 10**8, shape)
        assert effective_number(counts) == pytest.approx(expected, rel=0.01)
