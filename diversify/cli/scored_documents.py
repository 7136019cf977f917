"""Documents of scores as `tabulate` reads them: who was scored, and by what."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, Field, FiniteFloat, ValidationError

from diversify.errors import DataError
from diversify.evaluation.pairs.cells import arm_of
from diversify.io.documents import read_document

ITEMS = "items.parquet"
"""Name of the items' file beside a document."""
HARNESS_PACKAGES = {"lm-eval": "lm-eval"}
"""Package whose version is that of a harness; of any other stage, diversify's own."""
TELLS_OF_MODELS = ("generate",)
"""Stages whose documents have no items, but say what model the scores are of."""
WEIGHTS = (".safetensors", ".bin")
Cell = tuple[str, str, int]
"""Experiment, arm, seed."""


class Total(BaseModel):
    """The score of a task by one metric."""

    value: FiniteFloat


class Loaded(BaseModel):
    """The model that was loaded."""

    path: str = ""


class Data(BaseModel):
    """Where the items of a task came from."""

    origin: str = Field("", alias="from")
    revision: str = ""


class Scores(BaseModel):
    """What every harness writes, as far as it is read here."""

    stage: str = Field(min_length=1)
    cell: dict[str, str | int | float | None] = {}
    tasks: dict[str, dict[str, Total]] = {}
    model: Loaded = Loaded()
    marks: list[str] = []
    data: dict[str, Data] = {}
    inputs: dict[str, str] = {}
    versions: dict[str, str] = {}


@dataclass(frozen=True)
class Scored:
    """One document: who was scored, and by what."""

    path: Path
    experiment: str
    arm: str
    seed: int
    content: Scores
    items: Path | None
    """Where its items are; None: it only tells of the model."""

    @property
    def cell(self) -> Cell:
        """Experiment, arm and seed."""
        return self.experiment, self.arm, self.seed

    @property
    def harness(self) -> str:
        """The stage that wrote it."""
        return self.content.stage

    @property
    def version(self) -> str:
        """Version of the harness."""
        return self.content.versions.get(HARNESS_PACKAGES.get(self.harness, "diversify"), "")

    @property
    def model_hash(self) -> str:
        """SHA-256 of the weights: of the one file, or of the hashes of several by name."""
        inputs = self.content.inputs.items()
        found = sorted((Path(name).name, value) for name, value in inputs if is_weights(name))
        if len(found) < 2:
            return found[0][1] if found else ""
        lines = "".join(f"{name} {value}\n" for name, value in found)
        return hashlib.sha256(lines.encode()).hexdigest()

    def data(self, task: str) -> Data:
        """Origin and revision of a task's items; extra tests share those of their task."""
        told = self.content.data
        return told.get(task) or told.get(task.removesuffix("+")) or Data()


def is_weights(name: str) -> bool:
    """Tell whether a file holds a model's weights."""
    return name.endswith(WEIGHTS)


def read_all(paths: Sequence[Path]) -> list[Scored]:
    """Read all documents; each file once, in the order given."""
    return [read_scored(path) for path in {path.absolute(): path for path in paths}.values()]


def read_scored(path: Path) -> Scored:
    """Read a document of scores, or one that tells of a model.

    Raises:
        DataError: it is no document of a harness, says no cell, or its items are not beside it.
    """
    try:
        content = Scores.model_validate(read_document(path))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(
            f"{path}: {place}: {first['msg']}; give documents that a harness wrote"
        ) from error
    items = path.parent / ITEMS
    if not items.exists() and content.stage not in TELLS_OF_MODELS:
        raise DataError(f"{path}: its items are missing: there is no {items}; score it again")
    arm, seed = arm_of(content.cell), content.cell.get("seed", 0)
    if not arm or not isinstance(seed, int):
        raise DataError(
            f"{path}: does not say of which arm and seed it is; score with "
            "--label arm=NAME --label seed=NUMBER"
        )
    experiment = experiment_of(path, content.stage)
    return Scored(path, experiment, arm, seed, content, items if items.exists() else None)


def experiment_of(path: Path, stage: str) -> str:
    """Name of the folder above that of the stage; empty where there is none."""
    above = [one for one in path.absolute().parents if one.name == stage]
    return above[0].parent.name if above else ""
