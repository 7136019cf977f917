"""The items behind documents of scores, as one table, and what is known of each model."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from diversify.cli.scored_documents import Cell, Scored
from diversify.errors import DataError
from diversify.io.item_scores import read_items, totals

Key = tuple[str, str, int, str, str, str]
"""Experiment, arm, seed, harness, task, metric."""
ROUNDING = 2e-6
"""How far a score that was written may lie from that of its items."""


@dataclass
class Models:
    """What the documents say of each cell's model, the one that loaded it telling the others."""

    paths: dict[Cell, str] = field(default_factory=dict)
    hashes: dict[Cell, tuple[str, Path]] = field(default_factory=dict)

    def add(self, one: Scored) -> None:
        """Remember a document's model.

        Raises:
            DataError: another document of the cell scored other weights.
        """
        if one.content.model.path:
            self.paths.setdefault(one.cell, one.content.model.path)
        if one.model_hash:
            known, path = self.hashes.setdefault(one.cell, (one.model_hash, one.path))
            if known != one.model_hash:
                raise DataError(
                    f"{one.path}: scores other weights than {path}, though both are of arm "
                    f"{one.arm}, seed {one.seed}; score the same model with both"
                )


def items_of(scored: Iterable[Scored]) -> tuple[pd.DataFrame, dict[Key, Scored]]:
    """Read the items of all documents into one table, and say which document has which scores.

    Raises:
        DataError: two documents score the same cell by the same task, metric and harness, or a
            document's totals are not those of the items beside it.
    """
    owners: dict[Key, Scored] = {}
    tables = []
    for one in scored:
        if one.items is None:
            continue
        items = read_items(one.items)
        _check_totals(one, items)
        for task, metric in items[["task", "metric"]].drop_duplicates().itertuples(index=False):
            first = owners.setdefault((*one.cell, one.harness, str(task), str(metric)), one)
            if first is not one:
                raise DataError(
                    f"{one.path}: scores {task} ({metric}) of the same arm and seed as {first.path}"
                )
        tables.append(items.assign(
            experiment=one.experiment, arm=one.arm, seed=one.seed, harness=one.harness,
            file=str(one.items),
        ))  # fmt: skip
    if not tables:
        raise DataError("none of these documents has items beside it; give scores of a harness")
    return pd.concat(tables, ignore_index=True), owners


def _check_totals(one: Scored, items: pd.DataFrame) -> None:
    """Refuse items that give other scores than their document tells of."""
    found = totals(items)
    for task, by_metric in one.content.tasks.items():
        for metric, told in by_metric.items():
            own = found.get(task, {}).get(metric)
            if own is None:
                fault = f"holds no items of {task} ({metric}) that {one.path.name} tells of"
            elif abs(own["value"] - told.value) > ROUNDING * max(1.0, abs(told.value)):
                fault = (
                    f"gives {own['value']} for {task} ({metric}), but {one.path.name} says "
                    f"{told.value}: they are not of one run"
                )
            else:
                continue
            raise DataError(f"{one.items}: {fault}; score it again")
