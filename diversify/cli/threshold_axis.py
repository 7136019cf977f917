"""What an experiment says about one of its axes: its numbers, its range, and what must be fixed."""

import math
from typing import Any, get_args, get_origin

import yaml

from diversify.config.made import MadeExperiment
from diversify.config.threshold import ThresholdOptions
from diversify.errors import ConfigError
from diversify.evaluation.bisecting.axis import Axis


def axis_of(experiment: MadeExperiment, name: str, options: ThresholdOptions) -> Axis:
    """Put together the range and the scale that the options and the experiment's grid give.

    Raises:
        ConfigError: the axis is no number, or has no range, or none on this scale.
    """
    whole = _is_whole(experiment, name, options.axis)
    values = sorted(set(options.values))
    low, high = (values[0], values[-1]) if values else _ends(experiment, name, options)
    if not all(math.isfinite(v) and (not whole or v == int(v)) for v in (low, high, *values)):
        raise ConfigError(f"{options.axis} takes {'whole' if whole else 'finite'} numbers alone")
    share = options.axis.endswith("share")
    logarithmic = options.scale == "log" or (options.scale == "auto" and low > 0 and not share)
    if logarithmic and low <= 0:
        raise ConfigError(f"--scale log: the range begins at {low:g}; take linear, or raise --low")
    kind = int if whole else float
    rungs = tuple(kind(value) for value in values)
    return Axis(kind(low), kind(high), options.resolution, logarithmic, whole, rungs)


def fixed_axes(experiment: MadeExperiment, name: str, options: ThresholdOptions) -> dict[str, Any]:
    """Read --at, and see that every axis but the one bisected has one value.

    Raises:
        ConfigError: an axis has several values, or --at names no other option of the task.
    """
    given = dict(_pair(text) for text in options.at)
    others = set(type(experiment.synth).model_fields) - {options.axis, "seed"}
    wrong = [axis for axis in given if axis not in others]
    if wrong:
        raise ConfigError(f"--at {wrong[0]}: no other option of {name}'s task")
    for axis, values in experiment.grid.items():
        if axis in others and axis not in given and len(values) > 1:
            raise ConfigError(
                f"{name}: its grid has {len(values)} values of {axis}: fix one with "
                f"--at {axis}={values[0]}"
            )
    return given


def _is_whole(experiment: MadeExperiment, name: str, axis: str) -> bool:
    """Say whether an axis takes whole numbers alone."""
    fields = type(experiment.synth).model_fields
    kinds = {option: _kinds(field.annotation) & {int, float} for option, field in fields.items()}
    numbers = [option for option in kinds if kinds[option] and option != "seed"]
    if axis not in numbers:
        raise ConfigError(
            f"--axis {axis}: no number among the options of {name}'s task "
            f"(there are {', '.join(numbers)})"
        )
    return float not in kinds[axis]


def _kinds(annotation: Any) -> set[Any]:
    """Name the plain types that an option may have; a list of numbers is no number."""
    if isinstance(annotation, type):
        return {annotation}
    if get_origin(annotation) in (list, tuple, dict, set):
        return set()
    return {kind for part in get_args(annotation) for kind in _kinds(part)}


def _ends(experiment: MadeExperiment, name: str, options: ThresholdOptions) -> tuple[float, float]:
    """Give the ends of the range: those given, or else those of the grid."""
    grid = [v for v in experiment.grid.get(options.axis, []) if isinstance(v, int | float)]
    low = min(grid, default=None) if options.low is None else options.low
    high = max(grid, default=None) if options.high is None else options.high
    if low is None or high is None or low >= high:
        raise ConfigError(
            f"{name}: its grid gives {options.axis} no range: name its ends with --low and --high"
        )
    return low, high


def _pair(text: str) -> tuple[str, Any]:
    axis, equals, value = text.partition("=")
    try:
        return axis, yaml.safe_load(value if equals else "[")
    except yaml.YAMLError:
        raise ConfigError(f"--at {text}: expected NAME=VALUE, such as noop_share=0.3") from None
