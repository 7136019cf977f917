"""Experiments whose rows are made on the spot: string rewriting, algebra, Markov algorithms."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.base import Options
from diversify.config.evaluate import EvaluateOptions
from diversify.config.grid import Axes
from diversify.config.machines import Machines
from diversify.config.sft import SftOptions
from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.config.synth_markov import SynthMarkovOptions
from diversify.config.synth_rewrite import SynthRewriteOptions


class MadeExperiment(Machines):
    """synth -> sft -> evaluate: what the tracks share whose rows are made on the spot."""

    grid: Axes
    """What varies: values by option of `synth`, and `seeds`."""
    synth: Options = Options()
    """The task; a track says which."""
    sft: SftOptions = SftOptions()
    """The model and its training; the seed comes from the grid."""
    evaluate: EvaluateOptions = EvaluateOptions()
    """The scoring."""
    shots: list[Annotated[int, Field(ge=0, le=64)]] = Field(default_factory=list)
    """Solved examples shown to the starting model as it came, which is scored too; needs a model
    to start from, and seeds of the grid."""

    @model_validator(mode="before")
    @classmethod
    def _the_first_cell_is_the_task(cls, given: Any) -> Any:
        """Lay the grid's first values over the task, which alone need not fit together."""
        task = cls.model_fields["synth"].get_default()
        match given:
            case {"grid": dict() as grid} if isinstance(given.get("synth", {}), dict):
                lists = {axis: values for axis, values in grid.items() if isinstance(values, list)}
                known = type(task).model_fields.keys() & {axis for axis in lists if lists[axis]}
                first = {axis: lists[axis][0] for axis in grid if axis in known}
                return {**given, "synth": {**given.get("synth", {}), **first}}
        return given

    @field_validator("grid")
    @classmethod
    def _seeds_come_last(cls, grid: Axes) -> Axes:
        others = {axis: values for axis, values in grid.items() if axis != "seeds"}
        return {**others, "seeds": grid.get("seeds", [0])}

    @model_validator(mode="after")
    def _axes_are_options(self) -> "MadeExperiment":
        known = set(type(self.synth).model_fields) - {"seed"} | {"seeds"}
        unknown = [axis for axis in self.grid if axis not in known]
        if unknown:
            raise ValueError(
                f"grid: no such axis: {', '.join(unknown)} (there are {', '.join(sorted(known))})"
            )
        return self

    @model_validator(mode="after")
    def _a_new_model_knows_nothing(self) -> "MadeExperiment":
        if self.shots and not self.sft.model:
            raise ValueError("shots: a model from scratch has nothing to show; name sft.model")
        return self


class RewriteExperiment(MadeExperiment):
    """String rewriting."""

    track: Literal["rewrite"]
    """Which DAG the experiment runs."""
    synth: SynthRewriteOptions = SynthRewriteOptions()
    """The task; what the grid names comes from there."""


class AlgebraExperiment(MadeExperiment):
    """Rewriting expressions by equations."""

    track: Literal["algebra"]
    """Which DAG the experiment runs."""
    synth: SynthAlgebraOptions = SynthAlgebraOptions()
    """The task; what the grid names comes from there."""


class MarkovExperiment(MadeExperiment):
    """Running Markov algorithms, several steps each."""

    track: Literal["markov"]
    """Which DAG the experiment runs."""
    synth: SynthMarkovOptions = SynthMarkovOptions()
    """The task; what the grid names comes from there."""
