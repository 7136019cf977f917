import numpy as np

from diversify.report.clearings import Box, clearance

DIAGONAL = [(np.array([0.0, 1.0]), np.array([0.0, 1.0]))]


def test_a_box_that_a_curve_runs_through_is_worse_than_one_beside_it() -> None:
    through = Box(left=0.4, right=0.6, top=0.6, bottom=0.4, worth=0)
    beside = Box(left=0.1, right=0.3, top=0.9, bottom=0.7, worth=0)
    assert clearance(through, DIAGONAL) < 0 < clearance(beside, DIAGONAL)


def test_the_distance_is_that_of_the_nearest_part_of_a_curve() -> None:
    box = Box(left=0.21, right=0.29, top=0.9, bottom=0.7, worth=0)
    assert round(clearance(box, DIAGONAL), 6) == 0.4


def test_a_curve_that_ends_before_a_box_does_not_touch_it() -> None:
    short = [(np.array([0.0, 0.1]), np.array([0.5, 0.5]))]
    assert clearance(Box(0.4, 0.6, 0.6, 0.4, 0), short) == 1
