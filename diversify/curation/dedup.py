"""Drop rows that ask the same thing as another row, and say which one."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from diversify.config.dedup import DedupOptions
from diversify.curation.order import PLACE, content_order, tally
from diversify.records import same_key


@dataclass(frozen=True)
class DedupResult:
    """Both sides: what stays, and what went for which twin."""

    kept: pd.DataFrame
    """One row of each kind, in content-hash order."""
    dropped: pd.DataFrame
    """Place of each other row, with id and source of the row that stays: `twin`, `twin_source`."""

    def summary(self) -> dict[str, Any]:
        """Count both sides, and the dropped rows by their source and their twin's."""
        return {
            "rows_in": len(self.kept) + len(self.dropped),
            "rows_out": len(self.kept),
            "dropped": len(self.dropped),
            "dropped_by_source": tally(self.dropped, ["source", "twin_source"]),
        }


def drop_duplicates(rows: pd.DataFrame, options: DedupOptions) -> DedupResult:
    """Keep one row of those that ask the same thing: the first by content hash, then by place.

    The answer plays no part, so of two answers to one question one stays. The order of the rows
    does not matter.
    """
    ordered = rows.iloc[content_order(rows)].reset_index(drop=True)
    kinds, _ = pd.factorize(_keys(ordered, options))
    _, firsts = np.unique(kinds, return_index=True)
    survivor = firsts[kinds]  # (n,): where each row's survivor lies
    dropped = np.flatnonzero(survivor != np.arange(len(ordered)))
    twins = ordered.iloc[survivor[dropped]]
    return DedupResult(
        kept=ordered.iloc[firsts].reset_index(drop=True),
        dropped=ordered.loc[dropped, PLACE]
        .reset_index(drop=True)
        .assign(twin=twins["id"].to_numpy(), twin_source=twins["source"].to_numpy()),
    )


def _keys(rows: pd.DataFrame, options: DedupOptions) -> pd.Series:
    """Give rows that ask the same thing the same key."""
    instructions = rows["instruction"]
    if options.field == "instruction":
        return instructions.map(lambda instruction: same_key(instruction, ""))
    pairs = zip(instructions, rows["input"], strict=True)
    return pd.Series([same_key(*pair) for pair in pairs], dtype="str")
