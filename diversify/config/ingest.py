"""Options of `ingest`."""

from pydantic import Field

from diversify.config.base import Options


class IngestOptions(Options):
    """How rows are read."""

    columns: dict[str, str] = Field(default_factory=dict)
    """Which field holds what, where the layout is not recognised: instruction, input, response or
    system, each with the name (or the 1-based number) of its column."""
    strict: bool = False
    """Stop at the first malformed row instead of counting it and writing it to the rejects file."""
