"""The JSON documents a report is built from, read and grouped by experiment."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, FiniteFloat, ValidationError, model_validator

from diversify.errors import DataError
from diversify.io.documents import Document, read_document
from diversify.report.scored import Score
from diversify.report.tracks.documents import Verdicts

Model = TypeVar("Model", bound=BaseModel)


class Spots(BaseModel):
    """Places on the map, and the text behind each."""

    x: list[FiniteFloat]
    y: list[FiniteFloat]
    text: list[str]

    @model_validator(mode="after")
    def same_length(self) -> Self:
        """Refuse columns of different lengths."""
        columns = [getattr(self, name) for name in type(self).model_fields]
        if len({len(column) for column in columns if column is not None}) > 1:
            raise ValueError("its lists differ in length")
        return self


class Points(Spots):
    """Training rows on the map."""

    source: list[str]
    cluster: list[int] | None = None
    picked: list[bool] | None = None


class MapDocument(BaseModel):
    """What `map` writes: training rows and test instructions in one plane."""

    points: Points
    tests: dict[str, Spots] = {}
    method: str = ""


@dataclass(frozen=True)
class Found:
    """One document, where it lay, and its checked form where the report reads it closely."""

    path: Path
    stage: str
    cell: str
    """Name of the folder between stage and file, empty where there is none."""
    content: Document
    score: Score | None = None
    map: MapDocument | None = None
    verdicts: Verdicts | None = None


@dataclass(frozen=True)
class Experiment:
    """All documents of one experiment."""

    name: str
    documents: tuple[Found, ...]

    def of(self, stage: str) -> list[Found]:
        """Documents of one stage, in the order of their paths."""
        return [found for found in self.documents if found.stage == stage]

    @property
    def scores(self) -> list[Score]:
        """Every score document."""
        return [found.score for found in self.documents if found.score is not None]

    @property
    def options(self) -> set[str]:
        """Names of options that any document gives a value other than nothing or zero."""
        given = [found.content.get("options") for found in self.documents]
        return {
            key for one in given if isinstance(one, dict) for key, value in one.items() if value
        }


def read_experiments(paths: Iterable[Path]) -> list[Experiment]:
    """Read documents and group them by experiment: the folder above that of their stage.

    Experiments come in the order of their first documents, and documents in the order given.

    Raises:
        DataError: a file is no document of a stage, or two files score the same cell and seed.
    """
    grouped: dict[Path, list[Found]] = {}
    for path in {path.absolute(): path for path in paths}.values():
        found = read_found(path)
        if "manifest" in found.content:  # a mix is told by the summary beside it
            continue
        grouped.setdefault(experiment_folder(found), []).append(found)
    experiments = []
    for folder, documents in grouped.items():
        refuse_twins(documents)
        check_verdicts(folder.name, documents)
        experiments.append(Experiment(folder.name, tuple(documents)))
    return experiments


def read_found(path: Path) -> Found:
    """Read one document and check the parts that the report counts on."""
    content = read_document(path)
    stage = content.get("stage")
    if not isinstance(stage, str) or not stage:
        raise DataError(f"{path}: has no 'stage'; give documents that a step of diversify wrote")
    folder = path.absolute().parent
    cell = folder.name if folder.parent.name == stage else ""
    if stage == "evaluate" and not content.get("cell"):
        content = content | {"cell": {"model": cell or path.stem}}  # so two of them stay two
    return Found(
        path=path,
        stage=stage,
        cell=cell,
        content=content,
        score=checked(path, Score, content) if stage == "evaluate" else None,
        map=checked(path, MapDocument, content) if stage == "map" else None,
        verdicts=checked(path, Verdicts, content) if has_verdicts(content) else None,
    )


def has_verdicts(content: Document) -> bool:
    """Tell verdicts from the summary beside them, which only counts them."""
    return content.get("stage") == "tabulate" and isinstance(content.get("comparisons"), list)


def checked(path: Path, model: type[Model], content: Document) -> Model:
    """Check a document against its model; all its faults in one line."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = error.errors()
        shown = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in faults[:3]]
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise DataError(f"{path}: {'; '.join(shown)}{more}") from error


def experiment_folder(found: Found) -> Path:
    """Folder above the nearest one named like the stage, or else the file's own folder."""
    folder = found.path.absolute().parent
    for candidate in (folder, *folder.parents):
        if candidate.name == found.stage:
            return candidate.parent
    return folder


def refuse_twins(documents: Iterable[Found]) -> None:
    """Two scores of one cell and seed would count as two seeds; say so instead."""
    seen: dict[tuple[Any, ...], Path] = {}
    for found in documents:
        if found.score is None:
            continue
        key = (found.score.seed, found.score.arm)
        if key in seen:
            raise DataError(f"{found.path}: scores the same cell and seed as {seen[key]}")
        seen[key] = found.path


def check_verdicts(experiment: str, documents: Iterable[Found]) -> None:
    """Refuse verdicts twice, and verdicts of several experiments that are none of this name."""
    judged = [found for found in documents if found.verdicts is not None]
    if len(judged) > 1:
        raise DataError(f"{judged[1].path}: compares the same arms as {judged[0].path}; give one")
    for found in judged:
        assert found.verdicts is not None
        names = sorted({one.experiment for one in found.verdicts.arms})
        if len(names) > 1 and experiment not in names:
            raise DataError(
                f"{found.path}: has verdicts of {', '.join(names)}; put those of each into a "
                "folder EXPERIMENT/tabulate"
            )
