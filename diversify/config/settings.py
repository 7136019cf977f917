"""The whole of `config.yaml`: experiments by name, which of them run, and the report."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from diversify.config.base import Options
from diversify.config.experiment import Experiment, cells, stage_options
from diversify.config.grid import Cell
from diversify.config.made import MadeExperiment
from diversify.config.report import ReportOptions
from diversify.config.secrets import without_secrets
from diversify.errors import ConfigError

TRACKS = ("rewrite", "algebra", "markov", "data", "arms")
"""What the tracks are called in a config."""

NAME = re.compile(r"[a-z0-9][a-z0-9-]*")

CELL = re.compile(r"(?!base-)[a-zA-Z0-9_.+-]+")
"""A cell's name is a folder's, and stands in shell lines."""

PAGE = re.compile(r"results/([A-Za-z0-9_+-][A-Za-z0-9_.+-]*/)*[A-Za-z0-9_+-][A-Za-z0-9_.+-]*")
"""A path that stays inside the results folder whatever it says."""

RULES = (
    "all", "ingest", "benchmarks", "dedup", "decontaminate", "embed", "cluster", "mix", "verify",
    "measure", "map", "sft", "evaluate", "generate", "score", "tabulate", "report",
)  # fmt: skip
"""Targets of the workflow that no experiment may take the name of."""


class ReportSettings(ReportOptions):
    """The page, and where it goes."""

    path: str = "results/report/index.html"
    """The page; presets give it another path, so that none overwrites another's."""

    @field_validator("path")
    @classmethod
    def _inside(cls, path: str) -> str:
        if not PAGE.fullmatch(path):
            raise ValueError("the page lies inside results/, its path of letters, digits and _.+-")
        return path


class Settings(Options):
    """What `config.yaml` and its overlays say."""

    run: list[str] = Field(min_length=1)
    """Experiments that are run and reported, by name."""
    experiments: dict[str, Annotated[Experiment, Field(discriminator="track")]]
    """Every experiment, by name; `extends: NAME` takes another's options where none are given."""
    report: ReportSettings = ReportSettings()
    """The page that shows them."""

    @field_validator("experiments")
    @classmethod
    def _plain_names(cls, experiments: dict[str, Experiment]) -> dict[str, Experiment]:
        wrong = [name for name in experiments if not NAME.fullmatch(name) or name in RULES]
        if wrong:
            raise ValueError(f"names are lower-case words with hyphens, and no stages': {wrong}")
        return experiments

    @model_validator(mode="after")
    def _runs_what_is_there(self) -> "Settings":
        unknown = [name for name in self.run if name not in self.experiments]
        if unknown:
            raise ValueError(f"run: no such experiment: {', '.join(unknown)}")
        return self


def settings_from(raw: Mapping[str, Any]) -> Settings:
    """Check a config, every cell of every grid included.

    Raises:
        ConfigError: lists all faults, a line each.
    """
    try:
        settings = Settings.model_validate(_extended(raw))
    except ValidationError as error:
        raise ConfigError(
            "\n".join(_told_once(faults(error), raw.get("experiments", {})))
        ) from error
    wrong = list(_cell_faults(settings))
    if wrong:
        raise ConfigError("\n".join(wrong))
    return settings


def faults(error: ValidationError, prefix: str = "") -> list[str]:
    """Say what pydantic found, a line each: where, what, and what was given."""
    lines = []
    for fault in error.errors(include_url=False):
        # the discriminator of a union is no key of the file
        path = [str(part) for part in fault["loc"] if part not in TRACKS]
        where = (prefix + ".".join(path)).removesuffix(": ")
        what = fault["msg"].removeprefix("Value error, ")
        given = (
            ""
            if isinstance(fault["input"], dict | list) or fault["type"] == "missing"
            else f" (given: {_shown(fault['input'])!r})"
        )
        lines.append(f"{where}: {what}{given}" if where else f"{what}{given}")
    return lines


def _shown(given: Any) -> Any:
    return without_secrets(given) if isinstance(given, str) else given


def _told_once(lines: list[str], experiments: Any) -> list[str]:
    """Leave out what an experiment only has from the one it extends."""

    def inherited(line: str) -> bool:
        name = line.removeprefix("experiments.").split(".")[0]
        own = experiments.get(name) if isinstance(experiments, dict) else None
        base = own.get("extends") if isinstance(own, dict) else None
        return bool(base) and line.replace(f".{name}.", f".{base}.", 1) in lines

    return [line for line in lines if not inherited(line)]


def _cell_faults(settings: Settings) -> Iterable[str]:
    """Say what is wrong with cells, each thing once, with the first cell it is wrong in."""
    for name, experiment in settings.experiments.items():
        found: dict[tuple[str, str], list[str]] = {}
        for cell in cells(experiment).values():
            if not CELL.fullmatch(cell.name):
                yield f"experiments.{name}.grid: {cell.name!r} cannot be the name of a folder"
            for fault in _faults_of(experiment, cell):
                found.setdefault(fault, []).append(cell.name)
        for (stage, what), where in found.items():
            more = f" and {len(where) - 1} more cells" if len(where) > 1 else ""
            yield f"experiments.{name}.{stage} at {where[0]}{more}: {what}"


def _faults_of(experiment: Experiment, cell: Cell) -> Iterable[tuple[str, str]]:
    for stage in ("synth", "mix", "sft"):
        if hasattr(experiment, stage):
            try:
                stage_options(experiment, stage, cell)
            except ValidationError as error:
                yield from ((stage, what) for what in faults(error))
                return
    yield from _cut_answers(experiment, cell)


def _cut_answers(experiment: Experiment, cell: Cell) -> Iterable[tuple[str, str]]:
    """Say where the rows of a cell, whose length is known beforehand, would not fit the model."""
    if not isinstance(experiment, MadeExperiment) or experiment.sft.model:
        return
    needed = getattr(stage_options(experiment, "synth", cell), "tokens_per_row", 0)
    for stage in ("sft", "evaluate"):
        length = getattr(experiment, stage).max_length
        if needed > length:
            yield stage, f"max_length {length} cuts answers: rows have up to {needed} tokens"


def _extended(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in what `extends` names; only plain values come out."""
    whole = deepcopy(dict(raw))
    experiments = whole.get("experiments")
    if isinstance(experiments, dict):
        whole["experiments"] = {name: _with_base(name, experiments, ()) for name in experiments}
    return whole


def _with_base(name: str, experiments: dict[str, Any], seen: tuple[str, ...]) -> Any:
    own = experiments[name]
    if not isinstance(own, dict) or "extends" not in own:
        return own
    base = own["extends"]
    if base not in experiments or base in (*seen, name):
        raise ConfigError(f"experiments.{name}.extends: no such experiment to extend: {base!r}")
    rest = {key: value for key, value in own.items() if key != "extends"}
    return merged(_with_base(base, experiments, (*seen, name)), rest)


def merged(below: Any, above: Any) -> Any:
    """Lay one mapping over another, at every depth; anything else is replaced."""
    if not (isinstance(below, dict) and isinstance(above, dict)):
        return above
    return {**below, **{key: merged(below.get(key), value) for key, value in above.items()}}
