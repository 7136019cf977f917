"""What was run: options, versions and input hashes, gathered over an experiment's documents."""

import json
from dataclasses import dataclass
from typing import Any

from diversify.report.documents import Experiment
from diversify.report.tables import Table
from diversify.report.words import unique

SHOWN = 8
"""Different values of one option written out; the rest are counted."""


@dataclass(frozen=True)
class Provenance:
    """Everything needed to run an experiment again."""

    options: list[tuple[str, Table]]
    """Stage, and its options with every value they took."""
    seeds: str
    versions: Table
    inputs: Table


def gather(experiment: Experiment) -> Provenance:
    """Gather what the documents say of how they were made."""
    stages = unique(found.stage for found in experiment.documents)
    options = [(stage, merged(experiment, "options", stage, "option")) for stage in stages]
    seeds = sorted({score.seed for score in experiment.scores})
    return Provenance(
        options=[(stage, table) for stage, table in options if table.rows],
        seeds=", ".join(map(str, seeds)),
        versions=merged(experiment, "versions", None, "package"),
        inputs=merged(experiment, "inputs", None, "file"),
    )


def merged(experiment: Experiment, key: str, stage: str | None, head: str) -> Table:
    """Gather one mapping of all documents, of a stage or of any: each key with all its values."""
    values: dict[str, list[str]] = {}
    for found in experiment.documents:
        mapping = found.content.get(key)
        if isinstance(mapping, dict) and stage in (None, found.stage):
            for name, value in mapping.items():
                values.setdefault(name, []).append(written(value))
    word = {"inputs": "SHA-256", "versions": "version"}.get(key, "value")
    return Table([head, word], [[name, listed(found)] for name, found in values.items()])


def written(value: Any) -> str:
    """Write a value as JSON, but words without their quotes."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def listed(values: list[str]) -> str:
    """List different values once each, a long list cut."""
    different = unique(values)
    more = f" and {len(different) - SHOWN} more" if len(different) > SHOWN else ""
    return ", ".join(different[:SHOWN]) + more
