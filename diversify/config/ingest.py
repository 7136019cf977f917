"""Options of `ingest`."""

from typing import Any

from pydantic import Field, ValidationInfo, field_validator

from diversify.config.base import Options
from diversify.config.pairs import Amounts, pairs, rows_by_source

FIELDS = ("instruction", "input", "response", "system")
"""What a column may hold."""
EXAMPLES = {
    "columns": "instruction=question,response=answer",
    "licences": "code=cc-by-nc-4.0,math=mit",
    "revisions": "code=v1.2,math=2024-05-01",
}
"""What an option of pairs looks like."""


class IngestOptions(Options):
    """How rows are read."""

    columns: dict[str, str] = Field(default_factory=dict)
    """Which column holds what, where the layout is not recognised, such as
    instruction=question,response=answer: any of instruction, input, response and system, each with
    the name or the 1-based number of its column."""
    licences: dict[str, str] = Field(default_factory=dict)
    """Licence of each source, such as code=cc-by-nc-4.0,math=mit; where none is named, that of the
    dataset's card counts."""
    revisions: dict[str, str] = Field(default_factory=dict)
    """Version of each source, such as code=v1.2; where none is named, a local file goes by its hash
    and a Hub dataset by its commit."""
    most: Amounts = Field(default_factory=dict)
    """Rows of a source that are kept at most, such as chat=200k, drawn over all its files by the
    hash of their content, so that neither the order of rows nor that of files matters and fewer are
    a part of more; where none is named, all are kept."""
    draw_seed: int = Field(0, ge=0)
    """Seed of that draw."""
    longest_line: int = Field(1 << 26, ge=1000)
    """Characters of the longest row of a text file; a longer one is rejected without being held in
    memory, so that this bounds what ingest needs."""
    listed_rejects: int = Field(100_000, ge=1)
    """Malformed rows that the rejects file lists, the first ones; any others are only counted."""
    strict: bool = False
    """Stop at the first malformed row instead of counting it and writing it to the rejects file."""

    @field_validator("columns", "licences", "revisions", mode="before")
    @classmethod
    def _pairs(cls, given: Any, info: ValidationInfo) -> Any:
        """Read `instruction=question,response=answer`, as the command line gives it."""
        return pairs(given, EXAMPLES[info.field_name or "columns"])

    @field_validator("most", mode="before")
    @classmethod
    def _most(cls, given: Any) -> Any:
        amounts = rows_by_source(given, "chat=200k,math=50k")
        if not all(amounts.values()):
            raise ValueError("a source of which no row is kept is none: leave it out")
        return amounts

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, str]) -> dict[str, str]:
        unknown = [name for name in columns if name not in FIELDS]
        if unknown:
            raise ValueError(f"no such field: {', '.join(unknown)} (there are {', '.join(FIELDS)})")
        if columns and not {"instruction", "response"} <= columns.keys():
            raise ValueError("name at least instruction and response")
        return columns
