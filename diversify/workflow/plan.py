"""What the rules ask of a config: experiments, cells, files and flags."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from diversify.config.curated import ArmsExperiment, CuratedExperiment, DataExperiment
from diversify.config.evaluate import EvaluateOptions
from diversify.config.experiment import Experiment, cells, stage_options
from diversify.config.grid import Cell
from diversify.config.made import MadeExperiment
from diversify.config.settings import Settings, settings_from
from diversify.errors import ConfigError, UserError
from diversify.io.corpus import TEST_SETS, corpus_file, held_out_file
from diversify.io.places.remote import RemoteFile
from diversify.io.places.sources import matches
from diversify.synth.editing import OPERATIONS
from diversify.workflow.arms import missing_files, on_disk, told_aloud, wild
from diversify.workflow.file_mark import file_mark
from diversify.workflow.flags import flags
from diversify.workflow.shard_files import file_groups


class Plan:
    """A checked config, and the answers that the rules need."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Check the config, and that what it runs has its files.

        Raises:
            ConfigError: lists all faults, a line each.
        """
        self.settings: Settings = settings_from(config)
        # rules ask for each job: opening the whole grid each time would take its square
        self._cells = cache(lambda name: cells(self.settings.experiments[name]))
        faults = [fault for name in self.settings.run for fault in self._faults(name)]
        if faults:
            raise ConfigError("\n".join(faults))

    def of_track(self, track: str) -> list[str]:
        """Name the experiments of a track."""
        return [name for name, given in self.settings.experiments.items() if given.track == track]

    def experiment(self, name: str) -> Experiment:
        """Give an experiment by name."""
        return self.settings.experiments[name]

    def cells(self, name: str) -> list[str]:
        """Name the cells of an experiment's grid."""
        return list(self._cells(name))

    def cell(self, name: str, cell: str) -> Cell:
        """Give a cell by name."""
        found = self._cells(name).get(cell)
        if found is None:
            raise ConfigError(f"experiments.{name}: no cell {cell}; there are {self.cells(name)}")
        return found

    def flags(self, name: str, stage: str, cell: str | None = None, but: Sequence[str] = ()) -> str:
        """Spell the options of a stage as flags, those of a cell filled in, some left out."""
        at = self.cell(name, cell) if cell else None
        return flags(stage_options(self.experiment(name), stage, at), but=but)

    def labels(self, name: str, cell: str) -> str:
        """Spell a cell's values as labels of its scores."""
        labels = self.cell(name, cell).labels()
        words = (f"{axis}={value}" for axis, value in labels.items())
        return " ".join(f"--label {shlex.quote(word)}" for word in words)

    def bases(self, name: str) -> list[str]:
        """Name the scores of the starting model as it came: for each number of shots and seed."""
        experiment = self.experiment(name)
        if not isinstance(experiment, MadeExperiment):
            return []
        return [
            f"base-shots{n}-seed{s}" for n in experiment.shots for s in experiment.grid["seeds"]
        ]

    def base_flags(self, name: str, shots: str, seed: str) -> str:
        """Spell the options of such a score; a model that came so is judged by what it writes."""
        options: EvaluateOptions = self.experiment(name).evaluate
        judge = "text" if options.judge == "exact" else options.judge
        asked = {"judge": judge, "shots": int(shots), "seed": int(seed)}
        return flags(options.model_copy(update=asked))

    def first_cell(self, name: str, seed: str) -> str:
        """Name the first cell with a seed; its tests are those of every cell with it."""
        found = self._cells(name).values()
        return next(cell.name for cell in found if str(cell.values["seed"]) == seed)

    def files(self, name: str, part: str) -> dict[str, list[str]]:
        """Give what `ingest` reads by source (part `rows`) or by test set (`tests`).

        Parts of an experiment in shards read a group of files each.
        """
        experiment = self.experiment(name)
        if part not in ("rows", "tests"):
            return self.file_groups(name)[part]
        assert isinstance(experiment, ArmsExperiment | DataExperiment), f"{name} reads no files"
        if not experiment.sources:
            return _made_files(name, part)
        tests = getattr(experiment, "tests", {})  # those of arms are benchmarks
        given = experiment.sources if part == "rows" else tests
        return {source: _expanded(source, patterns) for source, patterns in given.items()}

    def file_mark(self, name: str, part: str) -> str:
        """Mark those files where they are the user's own, and no other rule makes them."""
        experiment = self.experiment(name)
        if not getattr(experiment, "sources", {}):
            return ""
        return file_mark(on_disk(file for of in self.files(name, part).values() for file in of))

    def _faults(self, name: str) -> Iterator[str]:
        """Say which files of an experiment are not there, and whether its core is."""
        experiment = self.experiment(name)
        if not isinstance(experiment, CuratedExperiment):
            return
        named = (getattr(experiment, key, {}) for key in ("sources", "tests"))
        asked = [places for of in named for places in of.values()]
        wrong = [fault for of in asked for place in of for fault in told_aloud(place)]
        yield from (f"experiments.{name}: {fault}" for fault in wrong)
        try:
            sources = self.files(name, "rows")
            tests = self.files(name, "tests")
        except UserError as error:
            yield f"experiments.{name}: {error}"
            return
        for file in (file for of in (*sources.values(), *tests.values()) for file in of):
            yield from (f"experiments.{name}: {fault}" for fault in wild(file))
        if isinstance(experiment, ArmsExperiment):
            yield from (f"experiments.{name}.{fault}" for fault in missing_files(experiment))
        elif experiment.core not in sources:
            known = ", ".join(sources)
            yield f"experiments.{name}.core: no source '{experiment.core}' (there are {known})"

    def source_flags(self, name: str, part: str) -> str:
        """Spell those files as `--source` flags."""
        pairs = [f"{source}={file}" for source, of in self.files(name, part).items() for file in of]
        return " ".join(f"--source {shlex.quote(pair)}" for pair in pairs)

    def file_groups(self, name: str) -> dict[str, dict[str, list[str]]]:
        """Divide the files of an experiment in shards over jobs: part -> source -> files."""
        experiment = self.experiment(name)
        assert isinstance(experiment, CuratedExperiment), f"{name} reads no files"
        return file_groups(experiment, self.files(name, "rows"))


def _made_files(name: str, part: str) -> dict[str, list[str]]:
    """Give the files that `synth` makes where an experiment names none."""
    folder = Path("results") / name / "synth"
    if part == "rows":
        return {source: [str(corpus_file(folder, source))] for source in OPERATIONS}
    return {test: [str(held_out_file(folder, test))] for test in TEST_SETS}


def _expanded(source: str, patterns: list[str]) -> list[str]:
    """Give the files of patterns; an address as it was given, as its server wants it."""
    found = [place for pattern in patterns for _, place in matches(f"{source}={pattern}")]
    return [place.url if isinstance(place, RemoteFile) else str(place) for place in found]
