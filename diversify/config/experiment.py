"""Experiments: a named grid over the options of the stages that a track runs."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.base import Options
from diversify.config.cluster import ClusterOptions
from diversify.config.decontaminate import DecontaminateOptions
from diversify.config.dedup import DedupOptions
from diversify.config.embed import EmbedOptions
from diversify.config.evaluate import EvaluateOptions
from diversify.config.grid import Axes, Cell, open_cells
from diversify.config.ingest import IngestOptions
from diversify.config.map import MapOptions
from diversify.config.measure import MeasureOptions
from diversify.config.mix import MixOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_algebra import SynthAlgebraOptions
from diversify.config.synth_editing import SynthEditingOptions
from diversify.config.synth_markov import SynthMarkovOptions
from diversify.config.synth_rewrite import SynthRewriteOptions


class DataGrid(Options):
    """Axes of a data experiment: one mix and one model per combination."""

    shares: list[Annotated[float, Field(ge=0, le=1)]] = Field([0.0], min_length=1)
    """Shares of the budget that go to the other domains."""
    budgets: list[Annotated[int, Field(ge=1)]] = Field([20_000], min_length=1)
    """Rows in a mix."""
    seeds: list[Annotated[int, Field(ge=0)]] = Field([0], min_length=1)
    """Seeds of the mix, the weights and the order."""


class MadeExperiment(Options):
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


class DataExperiment(Options):
    """ingest -> dedup -> decontaminate -> embed -> cluster -> mix -> measure, sft -> evaluate."""

    track: Literal["data"]
    """Which DAG the experiment runs."""
    grid: DataGrid
    """What varies."""
    sources: dict[str, list[str]] = Field(default_factory=dict)
    """Files (or patterns) of each source; empty: synth makes the editing corpus."""
    tests: dict[str, list[str]] = Field(default_factory=dict)
    """Files of each test set, kept out of the mix and scored; empty, sources too: synth's own."""
    core: str = "replace"
    """The source that a share of the budget is taken from."""
    synth: SynthEditingOptions = SynthEditingOptions()
    """The editing corpus, where no sources are named."""
    ingest: IngestOptions = IngestOptions()
    """The reading."""
    dedup: DedupOptions = DedupOptions()
    """The duplicates."""
    decontaminate: DecontaminateOptions = DecontaminateOptions()
    """The leaks."""
    embed: EmbedOptions = EmbedOptions()
    """The vectors."""
    cluster: ClusterOptions = ClusterOptions()
    """The groups."""
    mix: MixOptions = MixOptions()
    """The selection; budget, core, core_share and seed come from the grid."""
    measure: MeasureOptions = MeasureOptions()
    """The report card of each mix."""
    sft: SftOptions = SftOptions()
    """The model and its training; the seed comes from the grid."""
    evaluate: EvaluateOptions = EvaluateOptions()
    """The scoring."""
    map: MapOptions = MapOptions()
    """The picture of the instructions."""

    @model_validator(mode="after")
    def _sources_have_tests(self) -> "DataExperiment":
        if bool(self.sources) != bool(self.tests):
            raise ValueError("sources and tests go together: name files of both, or of neither")
        return self


Experiment = RewriteExperiment | AlgebraExperiment | MarkovExperiment | DataExperiment


def cells(experiment: Experiment) -> dict[str, Cell]:
    """Open an experiment's grid into its cells, by name."""
    grid = experiment.grid
    return open_cells(grid if isinstance(grid, dict) else grid.model_dump())


def stage_options(experiment: Experiment, stage: str, cell: Cell | None = None) -> Options:
    """Give the options of a stage, those of a cell filled in.

    Raises:
        pydantic.ValidationError: the cell's values do not fit the stage's bounds.
    """
    options: Options = getattr(experiment, stage)
    values = _values_for(experiment, stage, cell.values) if cell else {}
    return type(options).model_validate({**options.model_dump(), **values})


def _values_for(experiment: Experiment, stage: str, values: dict[str, Any]) -> dict[str, Any]:
    if stage == "mix" and isinstance(experiment, DataExperiment):
        core = {"core": experiment.core, "core_share": round(1 - values["share"], 9)}
        return {"budget": values["budget"], "seed": values["seed"], **core}
    if stage == "synth" and isinstance(experiment, MadeExperiment):
        return values
    return {"seed": values["seed"]} if stage == "sft" else {}
