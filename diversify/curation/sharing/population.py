"""What there is of each source and cluster, counted over shards."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.curation.sharing.parts import Costs, Part

Population = pd.DataFrame
"""Of each `source` and `cluster`: `rows`, those of them with a `good` enough score, and the `cost`
of these in the budget's unit."""


def count_population(
    sources: pd.Series, labels: npt.NDArray[np.int32] | None, costs: Costs, good: npt.ArrayLike
) -> Population:
    """Count the rows of a table; without labels all are in cluster -1."""
    enough = np.asarray(good, dtype=np.int64)
    table = pd.DataFrame(
        {
            "source": sources.to_numpy(),
            "cluster": np.int32(-1) if labels is None else labels,
            "rows": 1,
            "good": enough,
            "cost": costs * enough,
        }
    )
    return table.groupby(["source", "cluster"], as_index=False, sort=True).sum()


def joined(parts: list[Population]) -> Population:
    """Add the counts of several tables up."""
    return (
        pd.concat(parts, ignore_index=True)
        .groupby(["source", "cluster"], as_index=False, sort=True)
        .sum()
    )


def supply_of(
    population: Population, parts: list[Part], clusters: list[int], column: str
) -> npt.NDArray[np.int64]:
    """Lay a count out by part and cluster; a lone cluster -1 stands for all of them."""
    named = {part.name: place for place, part in enumerate(parts) if part.name}
    rest = next((place for place, part in enumerate(parts) if not part.name), -1)
    rows = population["source"].map(lambda name: named.get(name, rest)).to_numpy()
    columns = np.searchsorted(clusters, population["cluster"]) if len(clusters) > 1 else 0
    table = np.zeros((len(parts), len(clusters)), dtype=np.int64)
    there = rows >= 0
    places = np.broadcast_to(columns, rows.shape)
    np.add.at(table, (rows[there], places[there]), population[column].to_numpy()[there])
    return table


def good_sources(population: Population) -> list[str]:
    """Name the sources that have a row with a score good enough."""
    counts = population.groupby("source")["good"].sum()
    return sorted(counts.index[counts > 0])
