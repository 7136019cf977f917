"""Experiments: a named grid over options, and the cells it opens into."""

from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from diversify.config.base import Options
from diversify.config.cluster import ClusterOptions
from diversify.config.decontaminate import DecontaminateOptions
from diversify.config.dedup import DedupOptions
from diversify.config.embed import EmbedOptions
from diversify.config.evaluate import EvaluateOptions
from diversify.config.ingest import IngestOptions
from diversify.config.map import MapOptions
from diversify.config.measure import MeasureOptions
from diversify.config.mix import MixOptions
from diversify.config.sft import SftOptions
from diversify.config.synth_editing import SynthEditingOptions
from diversify.config.synth_rewrite import SynthRewriteOptions


class RewriteGrid(Options):
    """Axes of a rewrite experiment: one model per combination."""

    instructions: list[Annotated[int, Field(ge=1)]] = Field([1000], min_length=1)
    """Numbers of distinct training rules."""
    examples: list[Annotated[int, Field(ge=1)]] = Field([100_000], min_length=1)
    """Budgets of training examples."""
    seeds: list[Annotated[int, Field(ge=0)]] = Field([0], min_length=1)
    """Seeds of rules, examples, weights and order."""


class DataGrid(Options):
    """Axes of a data experiment: one mix and one model per combination."""

    shares: list[Annotated[float, Field(ge=0, le=1)]] = Field([0.0], min_length=1)
    """Shares of the budget that go to the other domains."""
    budgets: list[Annotated[int, Field(ge=1)]] = Field([20_000], min_length=1)
    """Rows in a mix."""
    seeds: list[Annotated[int, Field(ge=0)]] = Field([0], min_length=1)
    """Seeds of the mix, the weights and the order."""


class RewriteExperiment(Options):
    """synth -> sft -> evaluate."""

    track: Literal["rewrite"]
    """Which DAG the experiment runs."""
    grid: RewriteGrid
    """What varies."""
    synth: SynthRewriteOptions = SynthRewriteOptions()
    """The task; instructions, examples and seed come from the grid."""
    sft: SftOptions = SftOptions()
    """The model and its training; the seed comes from the grid."""
    evaluate: EvaluateOptions = EvaluateOptions()
    """The scoring."""


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


Experiment = RewriteExperiment | DataExperiment

SINGULAR = {"shares": "share", "budgets": "budget", "seeds": "seed"}
"""What one value of an axis is called, where it has a name of its own."""


@dataclass(frozen=True)
class Cell:
    """One point of a grid."""

    name: str
    """Folder of the cell, such as share25-budget20000-seed0."""
    values: dict[str, Any]
    """Axis and value, in the order of the grid."""


def cells(experiment: Experiment) -> dict[str, Cell]:
    """Open a grid into its cells, by name."""
    axes = experiment.grid.model_dump()
    opened = {}
    for point in product(*axes.values()):
        values = {SINGULAR.get(axis, axis): value for axis, value in zip(axes, point, strict=True)}
        name = "-".join(f"{axis}{_plain(axis, value)}" for axis, value in values.items())
        opened[name] = Cell(name, values)
    return opened


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
    if stage == "synth" and isinstance(experiment, RewriteExperiment):
        return dict(values)
    return {"seed": values["seed"]} if stage == "sft" else {}


def _plain(axis: str, value: Any) -> str:
    """Spell a value as part of a folder's name: a share in per cent."""
    return f"{value * 100:g}" if axis == "share" else str(value)
