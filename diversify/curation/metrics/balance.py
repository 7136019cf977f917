"""How evenly a set lies over clusters, and how its sources compare with those of the pool."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Labels = npt.NDArray[np.integer]


@dataclass(frozen=True)
class ClusterBalance:
    """How a set lies over the clusters of its pool."""

    entropy: float
    """Shannon entropy of the clusters' shares, divided by that of even shares: 1 is even."""
    covered: float
    """Share of the clusters that have at least one row of the set."""


def cluster_balance(labels: Labels, clusters: int) -> ClusterBalance:
    """Measure how evenly rows lie over so many clusters.

    Pielou (1966), "The measurement of diversity in different types of biological collections":
    the entropy over its largest value.

    Args:
        labels: cluster of each row of the set.
        clusters: number of different clusters in the pool.
    """
    sizes = np.unique(labels, return_counts=True)[1]
    shares = sizes / max(1, sizes.sum())
    entropy = -float((shares * np.log(shares)).sum())
    most = float(np.log(clusters)) if clusters > 1 else 0.0
    return ClusterBalance(abs(entropy) / most if most else 1.0, len(sizes) / max(1, clusters))


def source_table(pool: pd.Series, picked: pd.Series) -> pd.DataFrame:
    """Count the rows of each `source` in the pool (`have`) and in the set (`picked`).

    With the share of each, and by how much the set's share is higher (`delta`).
    """
    have = pool.value_counts().sort_index().rename("have").rename_axis("source")
    table = have.to_frame().assign(
        picked=picked.value_counts().reindex(have.index, fill_value=0).astype(int)
    )
    table["pool_share"] = table["have"] / max(1, len(pool))
    table["share"] = table["picked"] / max(1, len(picked))
    table["delta"] = table["share"] - table["pool_share"]
    return table.reset_index()
