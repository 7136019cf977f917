"""Options of `cluster`."""

from pydantic import Field

from diversify.config.base import Options


class ClusterSearch(Options):
    """How long, and for how many groups, k-means looks."""

    clusters: int = Field(0, ge=0)
    """Number of clusters; 0 takes the square root of half the number of rows."""
    iterations: int = Field(50, ge=1)
    """Rounds of k-means at most."""


class ClusterOptions(ClusterSearch):
    """How the embedded rows are grouped."""

    seed: int = Field(0, ge=0)
    """Seed of the starting centres."""
