"""Draw a mix: exactly the budget, the core's share of it, the same rows whatever the file order.

The mix of a smaller budget is the head of the mix of a larger one, in the order of the picks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from diversify.config.mix import MixOptions
from diversify.curation.order import content_order
from diversify.curation.ranking import Embeddings, Labels, rank_rows
from diversify.curation.rounding import Positions
from diversify.curation.shares import Flags, check_supply, core_places
from diversify.errors import ConfigError, DataError

CORE, OTHERS, FILE = 0, 1, 2
"""What the seed is used for: each draws by itself, so the core's share leaves its ranking alone."""


@dataclass(frozen=True)
class MixResult:
    """The rows that were picked, and what there was to pick from."""

    picked: pd.DataFrame
    """The rows in the order of the picks, with `order` (from 0), `cluster` (-1 if none is known)
    and `reason` (which part of the mix, by which strategy)."""
    shuffled: pd.DataFrame
    """The same rows in a seeded random order, ready to train on."""
    sources: pd.DataFrame
    """How many rows of each `source` there were (`have`) and how many are in the mix (`picked`)."""
    clusters: pd.DataFrame
    """The same of each `cluster`; empty if none is known."""
    options: MixOptions

    def summary(self) -> dict[str, Any]:
        """Say what was picked of what."""
        return self.options.model_dump(mode="json") | {
            "rows_in": int(self.sources["have"].sum()),
            "rows_out": len(self.picked),
            "sources": self.sources.set_index("source").to_dict(orient="index"),
            "cluster_sizes": {
                "before": self.clusters["have"].tolist(),
                "after": self.clusters["picked"].tolist(),
            },
        }


def draw_mix(
    rows: pd.DataFrame, embeddings: Embeddings | None, labels: Labels | None, options: MixOptions
) -> MixResult:
    """Pick exactly `budget` rows, no row twice, in an order that mixes core and others evenly.

    Args:
        rows: row table, in any order.
        embeddings: one for each row, in the same order; needed by k-center.
        labels: cluster of each row, in the same order; needed by cluster-balanced.
        options: the budget, the core and its share, the strategy and the seed.

    Raises:
        ConfigError: the core is not among the sources, or the strategy lacks what it needs.
        DataError: there are too few rows, or not as many embeddings or labels as rows.
    """
    _check_lengths(rows, embeddings, labels)
    by_content = content_order(rows)
    is_core = _is_core(rows["source"].iloc[by_content], options)
    check_budget(rows, options)
    takes_core = core_places(options.budget, options.core_share or 0.0)
    picks = np.empty(options.budget, dtype=np.intp)
    for stream, part, places in (
        (CORE, by_content[is_core], takes_core),
        (OTHERS, by_content[~is_core], ~takes_core),
    ):
        rng = np.random.default_rng([options.seed, stream])
        count = int(places.sum())
        picks[places] = rank_rows(count, part, embeddings, labels, options.strategy, rng)
    return _result(rows, labels, picks, takes_core, options)


def check_budget(rows: pd.DataFrame, options: MixOptions) -> None:
    """Make sure that there are rows enough, before anything slow is done for them.

    Raises:
        ConfigError: the core is not among the sources.
        DataError: there are too few rows.
    """
    core = int(_is_core(rows["source"], options).sum())
    check_supply(core, len(rows) - core, options)


def _check_lengths(
    rows: pd.DataFrame, embeddings: Embeddings | None, labels: Labels | None
) -> None:
    """Make sure that embeddings and labels are those of the rows, as far as their number tells."""
    for name, values in (("embeddings", embeddings), ("cluster labels", labels)):
        if values is not None and len(values) != len(rows):
            raise DataError(f"{len(values)} {name} for {len(rows)} rows: make them of these rows")


def _is_core(sources: pd.Series, options: MixOptions) -> Flags:
    """Say of each row whether it is of the core; without a core, none is."""
    known = sorted(sources.unique())
    if options.core and options.core not in known:
        raise ConfigError(f"core '{options.core}' is not a source: give one of {', '.join(known)}")
    return (sources == options.core).to_numpy(dtype=bool) & bool(options.core)


def _result(
    rows: pd.DataFrame,
    labels: Labels | None,
    picks: Positions,
    takes_core: Flags,
    options: MixOptions,
) -> MixResult:
    """Lay out the picks, and count them."""
    clusters = np.full(len(rows), -1, dtype=np.int32) if labels is None else labels
    known = pd.Series(clusters[:0] if labels is None else clusters, name="cluster")
    others = "others" if options.core else "all"
    picked = rows.iloc[picks].reset_index(drop=True)
    picked["order"] = np.arange(len(picks))
    picked["cluster"] = clusters[picks]
    picked["reason"] = np.where(takes_core, "core", others)
    picked["reason"] += f", {options.strategy}"
    shuffle = np.random.default_rng([options.seed, FILE]).permutation(len(picks))
    return MixResult(
        picked=picked,
        shuffled=picked.iloc[shuffle].reset_index(drop=True),
        sources=_have_and_picked(rows["source"], picked["source"]),
        clusters=_have_and_picked(known, picked["cluster"]),
        options=options,
    )


def _have_and_picked(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Count each value before and after the mix."""
    have = before.value_counts().sort_index().rename("have")
    picked = after.value_counts().reindex(have.index, fill_value=0)
    return have.to_frame().assign(picked=picked).reset_index()
