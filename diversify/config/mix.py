"""Options of `mix`."""

from typing import Literal

from pydantic import Field, model_validator

from diversify.config.base import Options

Strategy = Literal["random", "cluster-balanced", "k-center"]


class MixOptions(Options):
    """Which rows, when only so many may be had."""

    budget: int = Field(20_000, ge=1)
    """Rows in the mix, exactly."""
    core: str = ""
    """Source that the model is a specialist of; empty: all sources are one pool."""
    core_share: float | None = Field(None, ge=0.0, le=1.0)
    """Share of the budget that the core gets; the rest comes from the other sources."""
    strategy: Strategy = "cluster-balanced"
    """random draws evenly over rows; cluster-balanced draws evenly over clusters; k-center takes
    each time the row farthest from all that were taken."""
    seed: int = Field(0, ge=0)
    """Seed of the draws and of the order of the file."""

    @model_validator(mode="after")
    def _core_has_a_share(self) -> "MixOptions":
        if bool(self.core) != (self.core_share is not None):
            raise ValueError("core and core_share go together: give both or neither")
        return self
