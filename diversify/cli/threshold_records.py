"""What `threshold` writes down: a file for each round, from which a killed search goes on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diversify.cli.threshold_task import Task, Tried
from diversify.config.threshold import ThresholdOptions
from diversify.errors import ConfigError, DataError
from diversify.evaluation.bisecting.axis import Number
from diversify.evaluation.bisecting.bracket import Bracket, Point
from diversify.evaluation.bisecting.search import Decision
from diversify.evaluation.bisecting.words import reason
from diversify.io.documents import Document, read_document, write_document

Measured = dict[int, dict[Number, Point]]
"""Points by seed and by value of the axis."""


@dataclass(frozen=True)
class Records:
    """The rounds of one search in a folder."""

    folder: Path
    task: Task
    options: ThresholdOptions

    def file(self, rounds: int) -> Path:
        """Name the file of a round; its overlay and its log have other endings."""
        return self.folder / "rounds" / f"round-{rounds:02d}.json"

    def asked(self) -> list[Tried]:
        """Read what the rounds asked for that are there.

        Raises:
            ConfigError: they are of another search.
            DataError: one does not say what it asked for.
        """
        asked: list[Tried] = []
        while (path := self.file(len(asked) + 1)).exists():
            document = read_document(path)
            self._check(path, document)
            try:
                asked.append({int(seed): values for seed, values in document["asked"].items()})
            except (KeyError, AttributeError, ValueError) as error:
                raise DataError(f"{path}: does not say what it asked for: remove it") from error
        return asked

    def check_asked(self, rounds: int, recorded: Tried, decided: Tried) -> None:
        """See that a round asked for what the scores and options of now lead to.

        Raises:
            ConfigError: it did not.
        """
        if _sorted(recorded) != _sorted(decided):
            raise ConfigError(
                f"{self.file(rounds)}: asked for other points than these options and scores lead "
                f"to: {self._way_out()}"
            )

    def write(self, rounds: int, before: Decision, new: Measured, after: Decision) -> None:
        """Put down what a round asked for, what it found, and what follows."""
        document = {
            "stage": "threshold",
            "round": rounds,
            **self._identity(),
            "asked": {str(seed): list(values) for seed, values in before.asked.items()},
            "points": points_document(new, self.options, self.task),
            "before": ends(before.brackets),
            "after": ends(after.brackets),
            "goes_on": bool(after.asked),
            "why": after.why,
            "reason": reason(self.task.axis, self.options, after),
        }
        write_document(self.file(rounds), document)

    def _check(self, path: Path, document: Document) -> None:
        for key, ours in self._identity().items():
            if document.get(key) != ours:
                raise ConfigError(
                    f"{path}: is of another search ({key} {document.get(key)}, here {ours}): "
                    f"{self._way_out()}"
                )

    def _identity(self) -> dict[str, Any]:
        """Say whose rounds these are; a search that goes on may have more seeds and rounds."""
        return {
            "experiment": self.task.experiment,
            "experiment_options": self.task.mark,
            "axis": self.task.name,
            "range": [self.task.axis.low, self.task.axis.high],
            "set": self.options.set,
            "level": self.options.level,
        }

    def _way_out(self) -> str:
        rounds = self.folder / "rounds"
        return f"name another --out, or remove {rounds} to search anew (finished runs stay)"


def points_document(
    measured: Mapping[int, Mapping[Number, Point]], options: ThresholdOptions, task: Task
) -> list[Document]:
    """Lay points out for JSON, seed by seed along the axis."""
    paths = task.scores(measured)
    return [
        {
            "seed": seed,
            "value": value,
            "exact": point.exact,
            "rows": point.rows,
            "accuracy": point.accuracy,
            "low": point.low,
            "high": point.high,
            "above": point.above(options.level),
            "uncertain": point.uncertain(options.level),
            "scores": str(paths[seed, value]),
        }
        for seed in sorted(measured)
        for value, point in sorted(measured[seed].items())
    ]


def ends(brackets: Mapping[int, Bracket]) -> dict[str, list[Number | None]]:
    """Lay brackets out for JSON, by seed."""
    return {str(seed): [bracket.low, bracket.high] for seed, bracket in brackets.items()}


def together(rounds: Iterable[Tried]) -> Tried:
    """Join what several rounds asked for."""
    joined: dict[int, list[Number]] = {}
    for asked in rounds:
        for seed, values in asked.items():
            joined.setdefault(seed, []).extend(values)
    return joined


def _sorted(asked: Tried) -> dict[int, list[Number]]:
    return {seed: sorted(values) for seed, values in asked.items()}
