import pytest

from diversify.cli.threshold_axis import axis_of, fixed_axes
from diversify.config.made import RewriteExperiment
from diversify.config.threshold import ThresholdOptions
from diversify.errors import ConfigError

GRID = {"instructions": [30, 300, 10_000], "examples": [100_000], "seeds": [0, 1]}


def experiment(**grid):
    return RewriteExperiment.model_validate({"track": "rewrite", "grid": GRID | grid})


def axis(given=None, **options):
    return axis_of(given or experiment(), "mine", ThresholdOptions(**options))


def test_the_range_is_that_of_the_grid_and_the_scale_that_of_counts():
    found = axis()
    assert (found.low, found.high, found.logarithmic, found.whole) == (30, 10_000, True, True)


def test_a_range_that_is_given_goes_before_the_grid():
    found = axis(low=100)
    assert (found.low, found.high) == (100, 10_000)
    assert isinstance(found.low, int)


def test_shares_go_in_equal_steps():
    found = axis(experiment(noop_share=[0.1, 0.5]), axis="noop_share")
    assert (found.low, found.high, found.logarithmic, found.whole) == (0.1, 0.5, False, False)


def test_the_shape_of_a_power_law_goes_in_equal_ratios_and_its_word_is_no_number():
    found = axis(experiment(shape=["uniform", 0.03, 2]), axis="shape")
    assert (found.low, found.high, found.logarithmic, found.whole) == (0.03, 2.0, True, False)


def test_the_scale_may_be_chosen():
    assert not axis(scale="linear").logarithmic
    with pytest.raises(ConfigError, match="--scale log: the range begins at 0"):
        axis(axis="noop_share", low=0, high=0.9, scale="log")


def test_values_are_the_range():
    found = axis(axis="k_max", values="6,3,12")
    assert found.values == (3, 6, 12)
    assert (found.low, found.high) == (3, 12)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"axis": "instrctions"}, "--axis instrctions: no number among .*instructions, examples"),
        ({"axis": "families"}, "no number among"),
        ({"axis": "occurrences"}, "no number among"),
        ({"axis": "seed"}, "no number among"),
        ({"axis": "noop_share"}, "no range: name its ends with --low and --high"),
        ({"axis": "noop_share", "low": 0.2}, "no range"),
        ({"low": 20_000}, "no range"),
        ({"low": 30.5}, "instructions takes whole numbers alone"),
        ({"values": "3,inf"}, "instructions takes whole numbers alone"),
        ({"axis": "noop_share", "low": 0, "high": float("inf")}, "takes finite numbers alone"),
    ],
)
def test_what_cannot_be_bisected_is_told_with_what_to_do(options, words):
    with pytest.raises(ConfigError, match=words):
        axis(**options)


def test_axes_with_several_values_must_be_fixed():
    several = experiment(noop_share=[0.1, 0.3])
    with pytest.raises(
        ConfigError, match="2 values of noop_share: fix one with --at noop_share=0.1"
    ):
        fixed_axes(several, "mine", ThresholdOptions())
    assert fixed_axes(several, "mine", ThresholdOptions(at=["noop_share=0.3"])) == {
        "noop_share": 0.3
    }


def test_what_is_fixed_is_read_as_yaml():
    given = ThresholdOptions(at=["shape=uniform", "occurrences=[1, 5]", "examples=2000"])
    assert fixed_axes(experiment(), "mine", given) == {
        "shape": "uniform",
        "occurrences": [1, 5],
        "examples": 2000,
    }


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("noop_share", "expected NAME=VALUE"),
        ("shape=[1", "expected NAME=VALUE"),
        ("shap=1", "--at shap: no other option"),
        ("instructions=30", "--at instructions: no other option"),
        ("seed=3", "--at seed: no other option"),
    ],
)
def test_what_cannot_be_fixed_is_told(at, words):
    with pytest.raises(ConfigError, match=words):
        fixed_axes(experiment(), "mine", ThresholdOptions(at=[at]))
