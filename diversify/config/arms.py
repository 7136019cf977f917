"""Arms as data: how many rows of each source a mix takes, and by which strategy."""

import re
from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator

from diversify.config.base import Options
from diversify.config.mix import Strategy
from diversify.config.pairs import is_source, whole_rows
from diversify.config.quota import NUMBER_OR_TEXT

NAME = re.compile(r"[a-z0-9][a-z0-9.+-]*")
"""An arm's name stands in folders and labels."""


class Line(Options):
    """What an arm takes of one source."""

    rows: Annotated[int, WithJsonSchema(NUMBER_OR_TEXT)] = Field(ge=0)
    """Rows, exactly, such as 19000 or 19k."""
    strategy: Strategy | None = None
    """How they are picked; none: as `mix` says."""

    @field_validator("rows", mode="before")
    @classmethod
    def _rows(cls, given: Any) -> Any:
        return whole_rows(given)


def _as_line(given: Any) -> Any:
    """Read a bare number of rows as a line."""
    return given if isinstance(given, dict | Line) else {"rows": given}


def _plain_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError("an arm's name is of lower-case letters, digits and . + - alone")
    return name


def _source_name(name: str) -> str:
    if not is_source(name):
        raise ValueError("the name of a source holds no comma and no '='")
    return name


def _takes_rows(arm: dict[str, Line]) -> dict[str, Line]:
    if not sum(line.rows for line in arm.values()):
        raise ValueError("an arm takes at least one row: say SOURCE: ROWS")
    return arm


Arm = Annotated[
    dict[
        Annotated[str, AfterValidator(_source_name)],
        Annotated[Line, BeforeValidator(_as_line, json_schema_input_type=float | str | Line)],
    ],
    AfterValidator(_takes_rows),
]
"""Source and rows: `{oss: 19k, alpaca: {rows: 1k, strategy: k-center}}`."""
Arms = dict[Annotated[str, AfterValidator(_plain_name)], Arm]
"""Every arm of an experiment, by name."""


def mix_values(arm: Mapping[str, Line]) -> dict[str, Any]:
    """Give an arm as options of `mix`: rows_of, strategy_of, and the budget, which is the sum."""
    chosen = {source: line.strategy for source, line in arm.items() if line.strategy}
    return {
        "rows_of": {source: line.rows for source, line in arm.items()},
        "strategy_of": chosen,
        "budget": budget_of(arm),
    }


def budget_of(arm: Mapping[str, Line]) -> int:
    """Add up the rows of an arm."""
    return sum(line.rows for line in arm.values())


def arm_faults(arms: Mapping[str, Mapping[str, Line]], sources: Collection[str]) -> list[str]:
    """Say which arms take rows of a source that is not there, a line each."""
    known = ", ".join(sources) or "none"
    return [
        f"arms.{name}: no source '{source}' (there are {known})"
        for name, arm in arms.items()
        for source in arm
        if source not in sources
    ]
