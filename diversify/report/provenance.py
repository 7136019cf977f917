"""What was run: options, versions and input hashes, gathered over an experiment's documents."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from diversify.report.documents import Experiment, Found
from diversify.report.stages import ROW_STAGES
from diversify.report.tables import Table
from diversify.report.words import unique

SHOWN = 8
"""Different values of one option written out; the rest are counted."""


@dataclass(frozen=True)
class Provenance:
    """Everything needed to run an experiment again."""

    options: Table
    seeds: str
    versions: Table
    inputs: Table


def gather(experiment: Experiment) -> Provenance:
    """Gather what the documents say of how they were made; stages in the order they run."""
    stages = unique([*ROW_STAGES, "sft", "evaluate", *(one.stage for one in experiment.documents)])
    options = [[stage, *row] for stage in stages for row in merged(experiment.of(stage), "options")]
    seeds = sorted({score.seed for score in experiment.scores})
    return Provenance(
        options=Table(["stage", "option", "value"], options),
        seeds=", ".join(map(str, seeds)),
        versions=Table(["package", "version"], merged(experiment.documents, "versions")),
        inputs=Table(["file", "SHA-256"], merged(experiment.documents, "inputs")),
    )


def merged(documents: Iterable[Found], key: str) -> list[list[str]]:
    """Gather one mapping of all documents: each name in it, with all its values."""
    values: dict[str, list[str]] = {}
    for found in documents:
        mapping = found.content.get(key)
        if isinstance(mapping, dict):
            for name, value in mapping.items():
                values.setdefault(name, []).append(written(value))
    return [[name, listed(found)] for name, found in values.items()]


def written(value: Any) -> str:
    """Write a value as JSON, but words without their quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def listed(values: list[str]) -> str:
    """List different values once each, a long list cut."""
    different = unique(values)
    more = f" and {len(different) - SHOWN} more" if len(different) > SHOWN else ""
    return ", ".join(different[:SHOWN]) + more
