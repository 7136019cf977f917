"""What a mix is: the rows that were picked, and what there was to pick from."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from diversify.config.mix import MixOptions
from diversify.curation.near.rounding import Positions
from diversify.curation.ranking import Labels
from diversify.curation.sharing.parts import FILE, Costs
from diversify.curation.sharing.population import Population

ADDED = ["order", "cluster", "copy", "cost", "reason"]
"""Columns that a mix adds to those of the row table."""


@dataclass(frozen=True)
class MixResult:
    """The rows that were picked, and what there was to pick from."""

    picked: pd.DataFrame
    """The rows in the order of the picks, with `order` (from 0), `cluster` (-1 if none is known),
    `copy` (from 0: how often the row was used before), `cost` (in the budget's unit) and `reason`
    (which part of the mix, by which strategy)."""
    heads: tuple[int, ...]
    """How many of the picked rows each budget takes."""
    sources: pd.DataFrame
    """How many rows of each `source` there were (`have`) and how many are in the mix (`picked`)."""
    clusters: pd.DataFrame
    """The same of each `cluster`; empty if none is known."""
    below_floor: int
    """Rows that were left out because of their score."""
    options: MixOptions

    @property
    def shuffled(self) -> pd.DataFrame:
        """The rows in a seeded random order, ready to train on."""
        rng = np.random.default_rng([self.options.seed, FILE])
        return self.picked.iloc[rng.permutation(len(self.picked))].reset_index(drop=True)

    def nested(self) -> "list[MixResult]":
        """Give the mix of each budget, smallest first: each is the head of the next."""
        return [self._head(rows) for rows in self.heads]

    def _head(self, rows: int) -> "MixResult":
        picked = self.picked.head(rows)
        return replace(
            self,
            picked=picked,
            sources=_recounted(self.sources, picked["source"]),
            clusters=_recounted(self.clusters, picked["cluster"]),
        )

    def summary(self) -> dict[str, Any]:
        """Say what was picked of what."""
        return self.options.model_dump(mode="json") | {
            "rows_in": int(self.sources["have"].sum()),
            "rows_out": len(self.picked),
            "below_floor": self.below_floor,
            "heads": dict(zip(map(str, self.options.budget), self.heads, strict=True)),
            "spent": int(self.picked["cost"].sum()),
            "repeated": int((self.picked["copy"] > 0).sum()),
            "sources": self.sources.set_index("source").to_dict(orient="index"),
            "cluster_sizes": {
                "before": self.clusters["have"].tolist(),
                "after": self.clusters["picked"].tolist(),
            },
        }


def lay_out(
    rows: pd.DataFrame,
    labels: Labels | None,
    costs: Costs,
    picks: Positions,
    reasons: list[str],
) -> pd.DataFrame:
    """Lay out the picks with what is said of each."""
    picked = rows.iloc[picks].reset_index(drop=True)
    picked["order"] = np.arange(len(picks))
    picked["cluster"] = np.int32(-1) if labels is None else labels[picks]
    picked["copy"] = pd.Series(picks).groupby(picks).cumcount()
    picked["cost"] = costs[picks]
    picked["reason"] = reasons
    return picked


def mix_result(
    population: Population, picked: pd.DataFrame, heads: tuple[int, ...], options: MixOptions
) -> MixResult:
    """Put the picks beside what there was to pick from."""
    clusters = population if population["cluster"].ge(0).any() else population[:0]
    return MixResult(
        picked=picked,
        heads=heads,
        sources=_have_and_picked(population, "source", picked),
        clusters=_have_and_picked(clusters, "cluster", picked),
        below_floor=int((population["rows"] - population["good"]).sum()),
        options=options,
    )


def _have_and_picked(population: Population, column: str, picked: pd.DataFrame) -> pd.DataFrame:
    """Count each source or cluster before and after the mix."""
    have = population.groupby(column)["rows"].sum().rename("have").reset_index()
    return _recounted(have, picked[column])


def _recounted(counts: pd.DataFrame, after: pd.Series) -> pd.DataFrame:
    """Count anew how often each value was picked."""
    values = counts.iloc[:, 0]
    return counts.assign(picked=values.map(after.value_counts()).fillna(0).astype(np.int64))
