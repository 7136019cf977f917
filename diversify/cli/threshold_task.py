"""What a config says about the axis that `threshold` bisects, and each round's overlay on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diversify.cli.threshold_axis import axis_of, fixed_axes
from diversify.config.experiment import cells
from diversify.config.made import MadeExperiment
from diversify.config.settings import merged, settings_from
from diversify.config.threshold import ThresholdOptions
from diversify.errors import ConfigError
from diversify.evaluation.bisecting.axis import Axis, Number
from diversify.records import digest

Tried = Mapping[int, Iterable[Number]]
"""Values of the axis by seed."""


@dataclass(frozen=True)
class Task:
    """An experiment of a config, and the axis of it that is bisected."""

    config: dict[str, Any]
    """The config files, laid over each other."""
    experiment: str
    name: str
    """Name of the axis."""
    axis: Axis
    fixed: dict[str, Any]
    """Values of other axes that were given beside the config."""
    mark: str
    """Hash of the experiment's options: another one makes other scores."""

    def overlay(self, tried: Tried) -> dict[str, Any]:
        """Give the config of these points: an experiment per seed, laid over the one searched."""
        held = {axis: [value] for axis, value in self.fixed.items()}
        experiments = {
            self.experiment_of(seed): {
                "extends": self.experiment,
                "grid": {**held, self.name: sorted(values), "seeds": [seed]},
            }
            for seed, values in sorted(tried.items())
        }
        report = {"path": f"results/{self.experiment}-threshold/index.html"}
        return {"run": list(experiments), "report": report, "experiments": experiments}

    def scores(self, tried: Tried) -> dict[tuple[int, Number], Path]:
        """Name the score file of each point.

        Raises:
            ConfigError: a point is none that the experiment can have.
        """
        settings = settings_from(merged(self.config, self.overlay(tried)))
        return {
            (seed, cell.values[self.name]): Path("results", name, "evaluate", folder, "scores.json")
            for seed in sorted(tried)
            for name in [self.experiment_of(seed)]
            for folder, cell in cells(settings.experiments[name]).items()
        }

    def experiment_of(self, seed: int) -> str:
        """Name the experiment that holds a seed's points."""
        return f"{self.experiment}-threshold-seed{seed}"


def task_of(config: dict[str, Any], name: str, options: ThresholdOptions) -> Task:
    """Find an experiment's axis, and check all values that a search may try of it.

    Raises:
        ConfigError: there is no such experiment or axis, its other axes have several values, the
            range has no ends, or a value within it cannot be; a line for each fault.
    """
    experiments = settings_from(config).experiments
    made = {n: each for n, each in experiments.items() if isinstance(each, MadeExperiment)}
    if name not in made:
        raise ConfigError(
            f"no experiment '{name}' whose rows are made on the spot (there are {', '.join(made)})"
        )
    experiment = made[name]
    fixed = fixed_axes(experiment, name, options)
    varied = {"grid": {options.axis, "seeds"}, "synth": {options.axis, "seed"}}
    rest = experiment.model_dump(mode="json", exclude=varied)
    task = Task(
        config=config,
        experiment=name,
        name=options.axis,
        axis=axis_of(experiment, name, options),
        fixed=fixed,
        mark=digest(repr((rest, sorted(fixed.items())))),
    )
    _check_rungs(task, options)
    return task


def _check_rungs(task: Task, options: ThresholdOptions) -> None:
    """Refuse a range with values that cannot be, before any is run."""
    ladders = {
        options.first_seed + turn: task.axis.ladder(turn) for turn in range(options.max_seeds)
    }
    try:
        task.scores(ladders)
    except ConfigError as error:
        first, *more = str(error).splitlines()
        rest = f" (and {len(more)} more)" if more else ""
        raise ConfigError(
            f"{first}{rest}: narrow the range, or name the values that can be with --values"
        ) from error
