"""Options of `evaluate`."""

from typing import Literal

from pydantic import Field

from diversify.config.base import Options


class EvaluateOptions(Options):
    """How a model is scored."""

    batch_size: int = Field(256, ge=1)
    """Rows that go through the model at once, at most; a processor takes as many as its caches
    hold, which changes no score."""
    max_length: int = Field(1024, ge=8)
    """Tokens of a test row that are looked at; a longer row counts as wrong and has no loss."""
    limit: int = Field(0, ge=0)
    """Rows of each test set, from its head; 0 takes all."""
    judge: Literal["exact", "text", "algebra"] = "exact"
    """exact: what greedy decoding would write to its end token, without writing it; text: the first
    line that is written, for a model that was not trained to stop; algebra: that line read as an
    expression, by structure and by value."""
    shots: int = Field(0, ge=0, le=64)
    """Solved examples of other rules put before each test row."""
    seed: int = Field(0, ge=0)
    """Seed of the choice of these examples."""
