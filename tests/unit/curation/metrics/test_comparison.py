import numpy as np
import pytest

from diversify.curation.metrics.comparison import compare


def test_the_interval_is_where_one_more_draw_would_lie():
    draws = [1.0, 2.0, 3.0]
    found = compare("vendi", 9.0, 0.0, draws, 0.95)
    half = 4.302653 * 1.0 * np.sqrt(4 / 3)  # Student's t with two degrees of freedom
    assert (found.low, found.high) == pytest.approx((2 - half, 2 + half), rel=1e-6)
    assert found.random == 2


def test_so_many_further_draws_lie_outside_as_the_confidence_says():
    rng = np.random.default_rng(0)
    found = [compare("x", value, 0.0, draws.tolist(), 0.9)
             for value, draws in zip(rng.normal(size=2000), rng.normal(size=(2000, 5)),
                                     strict=True)]  # fmt: skip
    outside = sum(one.verdict != "same" for one in found) / len(found)
    assert 0.08 < outside < 0.12


@pytest.mark.parametrize(("value", "verdict"), [(9.0, "above"), (-9.0, "below"), (2.0, "same")])
def test_the_verdict_says_on_which_side_the_set_lies(value, verdict):
    assert compare("vendi", value, 0.0, [1.0, 2.0, 3.0], 0.95).verdict == verdict


def test_draws_that_are_all_the_same_leave_no_room_but_for_rounding():
    assert compare("vendi", 2.0 + 1e-12, 0.0, [2.0, 2.0], 0.95).verdict == "same"
    assert compare("vendi", 2.001, 0.0, [2.0, 2.0], 0.95).verdict == "above"


def test_the_interval_of_a_share_ends_at_one():
    assert compare("cluster_coverage", 1.0, 1.0, [0.9, 0.99, 1.0], 0.95).high == 1
    assert compare("vendi", 1.0, 1.0, [0.9, 0.99, 1.0], 0.95).high > 1


def test_without_draws_there_is_no_difference():
    found = compare("vendi", 3.0, 3.0, [], 0.95)
    assert (found.verdict, found.random) == ("same", None)
