"""Options of `rewrite run`: when a Markov algorithm is given up."""

from pydantic import Field

from diversify.config.base import Options


class RewriteRunOptions(Options):
    """How long an algorithm may run."""

    max_steps: int = Field(10_000, ge=1)
    """Steps after which a run that has not ended is given up."""
    max_length: int = Field(1_000_000, ge=1)
    """Characters that the string may grow to before the run is given up."""
