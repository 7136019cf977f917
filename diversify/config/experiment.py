"""Experiments: a named grid over the options of the stages that a track runs."""

from typing import Any

from diversify.config.arms import mix_values
from diversify.config.base import Options
from diversify.config.curated import ArmsExperiment, DataExperiment
from diversify.config.grid import Cell, open_cells
from diversify.config.made import (
    AlgebraExperiment,
    MadeExperiment,
    MarkovExperiment,
    RewriteExperiment,
)

Experiment = (
    RewriteExperiment | AlgebraExperiment | MarkovExperiment | DataExperiment | ArmsExperiment
)


def cells(experiment: Experiment) -> dict[str, Cell]:
    """Open an experiment's grid into its cells, by name."""
    grid = experiment.grid
    axes = grid if isinstance(grid, dict) else grid.model_dump()
    if isinstance(experiment, ArmsExperiment):
        axes["arms"] = experiment.names
    return open_cells(axes)


def stage_options(experiment: Experiment, stage: str, cell: Cell | None = None) -> Options:
    """Give the options of a stage, those of a cell filled in.

    Raises:
        pydantic.ValidationError: the cell's values do not fit the stage's bounds.
    """
    options: Options = getattr(experiment, stage)
    values = _values_for(experiment, stage, cell.values if cell else {})
    return type(options).model_validate({**options.model_dump(), **values})


def _values_for(experiment: Experiment, stage: str, values: dict[str, Any]) -> dict[str, Any]:
    if not values and stage != "tabulate":
        return {}
    if stage == "mix" and isinstance(experiment, DataExperiment):
        core = {"core": experiment.core, "core_share": round(1 - values["share"], 9)}
        return {"budget": values["budget"], "seed": values["seed"], **core}
    if stage == "mix" and isinstance(experiment, ArmsExperiment):
        return {**mix_values(experiment.arms[values["arm"]]), "seed": values["seed"]}
    if stage == "tabulate" and isinstance(experiment, ArmsExperiment):
        return _compared(experiment)
    if stage == "synth" and isinstance(experiment, MadeExperiment):
        return values
    return {"seed": values["seed"]} if stage == "sft" else {}


def _compared(experiment: ArmsExperiment) -> dict[str, Any]:
    """Say which arms are references, of those that run."""
    statistics, names = experiment.tabulate, experiment.names
    others = {arm: of for arm, of in statistics.reference_of.items() if {arm, of} <= {*names}}
    common = statistics.reference if statistics.reference in names else names[0]
    return {"reference": common, "reference_of": others}
