"""Options of `cluster`."""

from typing import Annotated, Literal

from pydantic import Field

from diversify.config.base import Options

Method = Literal["kmeans", "spherical", "minibatch", "density"]

CountScore = Literal["silhouette", "calinski-harabasz", "davies-bouldin"]


class ClusterSearch(Options):
    """How the groups are looked for, and how many."""

    method: Method = "kmeans"
    """kmeans is exact and slow over 200,000 rows; spherical groups by angle, minibatch by draws of
    rows, both fit for millions; density finds dense groups and leaves noise between them."""
    clusters: int = Field(0, ge=0)
    """Number of clusters; 0 takes the square root of half the number of rows, and with density
    what it finds."""
    clusters_by: Literal["size", CountScore] = "size"
    """size takes `clusters`; a score groups the rows once for each of `clusters_tried` and keeps
    the best."""
    clusters_tried: list[Annotated[int, Field(ge=2)]] = Field(default_factory=list)
    """Numbers of clusters that a score chooses among; empty: a quarter, half, one, two and four
    times the square root of half the number of rows."""
    clusters_sample: int = Field(5000, ge=10)
    """Rows, drawn by the seed, on which a number of clusters is scored."""
    iterations: int = Field(50, ge=1)
    """Rounds of k-means at most; of minibatch, passes over the rows."""
    rows_per_cluster: int = Field(256, ge=0)
    """Rows for each cluster, drawn by the seed, among which spherical looks for its centres before
    all rows go to the nearest; 0 takes all."""
    minibatch_rows: int = Field(4096, ge=1)
    """Rows in each draw of minibatch."""
    noise: Literal["assign", "keep"] = "assign"
    """What becomes of rows that density finds in no group: assign puts them into the group of the
    nearest centre, keep labels them -1, which a mix treats as one more group."""


class ClusterOptions(ClusterSearch):
    """How the embedded rows are grouped, and how the groups are told in words."""

    seed: int = Field(0, ge=0)
    """Seed of the starting centres and of all draws."""
    words: int = Field(10, ge=1)
    """Words that tell a cluster, at most."""
    examples: int = Field(3, ge=1)
    """Instructions nearest the centre that stand for a cluster, at most."""
    stop_words: Literal["english", "none"] = "english"
    """Words that are left out because they tell nothing."""
