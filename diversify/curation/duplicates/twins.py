"""What `dedup` gives: the rows that stay, and the others with the rows they are dropped for."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from diversify.curation.duplicates.questions import Fates
from diversify.curation.near.rounding import Positions
from diversify.curation.order import PLACE, content_order, tally

TWIN = ["twin", "twin_source", "twin_file", "twin_line"]
"""Columns that name the row that stays."""
LARGEST = 10
"""Groups that a summary lists by name; the dropped table lists all."""


@dataclass(frozen=True)
class DedupResult:
    """Both sides: what stays, and what went for which twin."""

    kept: pd.DataFrame
    """The rows that stay, in content-hash order."""
    dropped: pd.DataFrame
    """Place of each other row, then that of the row it is dropped for (`twin`, `twin_source`,
    `twin_file`, `twin_line`), the method that found them alike, and their similarity: 1 for exact,
    else Jaccard or cosine."""

    def summary(self) -> dict[str, Any]:
        """Count both sides, the dropped rows by source and by method, and the groups by size.

        A group is a row that stays and all that are dropped for it.
        """
        return counted(len(self.kept) + len(self.dropped), self.dropped)


def counted(rows: int, dropped: pd.DataFrame) -> dict[str, Any]:
    """Count what stays of so many rows and what goes; see `DedupResult.summary`."""
    names = dict(zip(TWIN, PLACE, strict=True))
    groups = dropped.groupby(TWIN, sort=True).size().rename("rows").reset_index()
    groups["rows"] += 1
    sizes = groups["rows"].value_counts().sort_index()
    largest = groups.sort_values("rows", ascending=False, kind="stable").head(LARGEST)
    return {
        "rows_in": rows,
        "rows_out": rows - len(dropped),
        "dropped": len(dropped),
        "dropped_by_source": tally(dropped, ["source", "twin_source"]),
        "dropped_by_method": tally(dropped, ["method"]),
        "group_sizes": sizes.rename("groups").reset_index().to_dict(orient="records"),
        "largest_groups": largest.rename(columns=names).to_dict(orient="records"),
    }


def settled(rows: pd.DataFrame, twins: pd.DataFrame) -> DedupResult:
    """Divide rows by what was settled elsewhere: those that `twins`, a dropped table, names go."""
    ordered = rows.iloc[content_order(rows)].reset_index(drop=True)
    found = ordered[PLACE].merge(twins, on=PLACE, how="left")
    gone = found["twin"].notna().to_numpy()
    return DedupResult(
        kept=ordered[~gone].reset_index(drop=True),
        dropped=found[gone].reset_index(drop=True).astype(twins.dtypes.to_dict()),
    )


def divided(
    rows: pd.DataFrame,
    table: pd.DataFrame,
    place: Positions,
    fates: Fates,
    method: str,
) -> DedupResult:
    """Divide rows, which lie at these places of a table, into those that stay and the others."""
    twin = fates.twin[place]
    dropped = twin != place
    twins = table.iloc[twin[dropped]]
    same = fates.same[place][dropped]
    found = rows.loc[dropped, PLACE].reset_index(drop=True)
    return DedupResult(
        kept=rows[~dropped].reset_index(drop=True),
        dropped=found.assign(
            **{name: twins[of].array for name, of in zip(TWIN, PLACE, strict=True)},
            method=pd.Series(np.where(same, "exact", method), dtype="str"),
            similarity=fates.similarity[place][dropped],
        ),
    )
