"""Experiments on rows that are there: a budget that sources share, and arms row by row."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.arms import Arms, arm_faults
from diversify.config.base import Options
from diversify.config.cluster import ClusterOptions
from diversify.config.decontaminate import DecontaminateOptions
from diversify.config.dedup import DedupOptions
from diversify.config.embed import EmbedOptions
from diversify.config.evaluate import EvaluateOptions
from diversify.config.generate import GenerateOptions
from diversify.config.ingest import IngestOptions
from diversify.config.lm_eval import LmEvalOptions
from diversify.config.machines import Machines
from diversify.config.map import MapOptions
from diversify.config.measure import MeasureOptions
from diversify.config.mix import MixOptions
from diversify.config.score import ScoreOptions
from diversify.config.sft import SftOptions
from diversify.config.shards import MOST
from diversify.config.synth_editing import SynthEditingOptions
from diversify.config.tabulate import TabulateOptions

Harness = Literal["evaluate", "score", "lm-eval"]
SCORED_BY = {
    "score": ("humaneval", "mbpp"),
    "lm-eval": ("ifeval", "gsm8k", "mmlu", "bbh", "math", "theoremqa"),
}
"""Benchmarks that a harness knows; `evaluate` takes any."""

Seeds = Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]


class CuratedExperiment(Machines):
    """ingest -> dedup -> decontaminate -> embed -> cluster -> mix -> measure, sft -> evaluate."""

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
    """The selection; what the grid says comes from there."""
    measure: MeasureOptions = MeasureOptions()
    """The report card of each mix."""
    sft: SftOptions = SftOptions()
    """The model and its training; the seed comes from the grid."""
    evaluate: EvaluateOptions = EvaluateOptions()
    """The scoring."""
    map: MapOptions = MapOptions()
    """The picture of the instructions."""
    shards: int = Field(1, ge=1, le=MOST)
    """Parts of the rows that the stages up to the mix work on by themselves, in a job each."""
    sample_rows: int = Field(200_000, ge=1)
    """With several shards: rows, drawn from all, that lsa and clusters are fitted on and mixes are
    measured against; about so many, or all where there are no more."""

    @model_validator(mode="after")
    def _can_be_sharded(self) -> "CuratedExperiment":
        if self.shards > 1 and (wrong := list(self._whole_table_options())):
            raise ValueError(f"shards {self.shards}: {'; '.join(wrong)}: take 1, or another option")
        return self

    def _whole_table_options(self) -> Iterator[str]:
        """Say which options need all rows in one place."""
        if self.dedup.method == "semantic":
            yield "dedup.method semantic compares all vectors at once"
        if self.decontaminate.similarity is not None and self.embed.backend == "lsa":
            yield "decontaminate.similarity would fit lsa anew on each shard"
        if self.mix.validation:
            yield "mix.validation draws from all rows"
        if self.cluster.method == "density":
            yield "cluster.method density leaves no centres that other rows can go to"


class DataGrid(Options):
    """Axes of a data experiment: one mix and one model per combination."""

    shares: list[Annotated[float, Field(ge=0, le=1)]] = Field([0.0], min_length=1)
    """Shares of the budget that go to the other domains."""
    budgets: list[Annotated[int, Field(ge=1)]] = Field([20_000], min_length=1)
    """Rows in a mix."""
    seeds: Seeds = Field([0])
    """Seeds of the mix, the weights and the order."""


class DataExperiment(CuratedExperiment):
    """A budget that a core and the other sources share."""

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

    @model_validator(mode="after")
    def _sources_have_tests(self) -> "DataExperiment":
        if bool(self.sources) != bool(self.tests):
            raise ValueError("sources and tests go together: name files of both, or of neither")
        return self


class ArmsGrid(Options):
    """Axes of an experiment on arms: one mix and one model per combination."""

    arms: list[str] = Field(default_factory=list)
    """Arms that run, by name; empty: all of the table."""
    seeds: Seeds = Field([0])
    """Seeds of the mix, the weights and the order; arms of one seed share their rows."""


class ArmsExperiment(CuratedExperiment):
    """Arms: tables of how many rows of which source, scored by the harnesses of the field."""

    track: Literal["arms"]
    """Which DAG the experiment runs."""
    arms: Arms
    """Rows of each source, arm by arm."""
    grid: ArmsGrid = ArmsGrid()
    """What varies."""
    sources: dict[str, list[str]] = Field(min_length=1)
    """Files, patterns or Hub datasets of each source."""
    benchmarks: dict[str, str] = Field(min_length=1)
    """Test sets by name, each with its file (empty: its release, or the Hub); kept out of every mix
    and scored."""
    examples: dict[str, str] = Field(default_factory=dict)
    """Files of solved examples that `lm-eval` shows before items, by benchmark."""
    harnesses: list[Harness] = Field(["evaluate", "score", "lm-eval"], min_length=1)
    """Stages that score: evaluate, by the bits that a model needs for each byte of the answers;
    score, by running the programs that it writes (humaneval, mbpp); lm-eval, by its own tasks."""
    generate: GenerateOptions = GenerateOptions()
    """The writing of programs."""
    score: ScoreOptions = ScoreOptions()
    """The sandbox that runs them."""
    lm_eval: LmEvalOptions = LmEvalOptions()
    """The harness."""
    tabulate: TabulateOptions = TabulateOptions()
    """The statistics; without a reference, the first arm is it."""

    @field_validator("arms", "sources", "benchmarks", "examples", mode="before")
    @classmethod
    def _taken_away(cls, given: Any) -> Any:
        """Leave out what an overlay gives nothing for: `mmlu: ~` takes away a preset's mmlu."""
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None}

    @property
    def names(self) -> list[str]:
        """Arms that run."""
        return self.grid.arms or list(self.arms)

    def benchmarks_of(self, harness: Harness) -> dict[str, str]:
        """Give the benchmarks that a harness scores, with their files."""
        if harness not in self.harnesses:
            return {}
        known = SCORED_BY.get(harness, tuple(self.benchmarks))
        return {name: place for name, place in self.benchmarks.items() if name in known}

    @model_validator(mode="after")
    def _arms_fit(self) -> "ArmsExperiment":
        statistics = self.tabulate
        compared = [statistics.reference, *statistics.reference_of.values()]
        asked = [*self.grid.arms, *filter(None, compared), *statistics.reference_of]
        unknown = [name for name in dict.fromkeys(asked) if name not in self.arms]
        wrong = arm_faults(self.arms, self.sources)
        if self.shards > 1 and self.mix.by_cluster:
            wrong.append("shards: clusters take turns by what there is of each: take 1 for arms")
        if unknown:
            wrong.append(f"no such arm: {', '.join(unknown)} (there are {', '.join(self.arms)})")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    @model_validator(mode="after")
    def _examples_are_shown(self) -> "ArmsExperiment":
        idle = [name for name in self.examples if name not in self.benchmarks_of("lm-eval")]
        if idle:
            raise ValueError(f"examples: lm-eval scores no {', '.join(idle)} here")
        return self
