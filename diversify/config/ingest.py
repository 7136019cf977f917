"""Options of `ingest`."""

from typing import Any

from pydantic import Field, field_validator

from diversify.config.base import Options

FIELDS = ("instruction", "input", "response", "system")
"""What a column may hold."""


class IngestOptions(Options):
    """How rows are read."""

    columns: dict[str, str] = Field(default_factory=dict)
    """Which column holds what, where the layout is not recognised, such as
    instruction=question,response=answer: any of instruction, input, response and system, each with
    the name or the 1-based number of its column."""
    strict: bool = False
    """Stop at the first malformed row instead of counting it and writing it to the rejects file."""

    @field_validator("columns", mode="before")
    @classmethod
    def _pairs(cls, given: Any) -> Any:
        """Read `instruction=question,response=answer`, as the command line gives it."""
        if not isinstance(given, str):
            return given
        pairs = [pair.partition("=") for pair in given.split(",")]
        if not all(name and column for name, _, column in pairs):
            raise ValueError("expected pairs such as instruction=question,response=answer")
        return {name.strip(): column.strip() for name, _, column in pairs}

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, str]) -> dict[str, str]:
        unknown = [name for name in columns if name not in FIELDS]
        if unknown:
            raise ValueError(f"no such field: {', '.join(unknown)} (there are {', '.join(FIELDS)})")
        if columns and not {"instruction", "response"} <= columns.keys():
            raise ValueError("name at least instruction and response")
        return columns
