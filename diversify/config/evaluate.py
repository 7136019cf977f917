"""Options of `evaluate`."""

from pydantic import Field

from diversify.config.base import Options


class EvaluateOptions(Options):
    """How a trained model is scored."""

    batch_size: int = Field(256, ge=1)
    """Rows that go through the model at once."""
    max_length: int = Field(1024, ge=8)
    """Tokens of a test row that are looked at; a longer row counts as wrong."""
    limit: int = Field(0, ge=0)
    """Rows of each test file, from its head; 0 takes all."""
