"""Scores as `evaluate` writes them, checked."""

from typing import Any, Self

from pydantic import BaseModel, Field, FiniteFloat, model_validator


class SetScore(BaseModel):
    """How one model did on one test set."""

    rows: int = Field(ge=1)
    exact: int = Field(ge=0)
    loss: FiniteFloat | None = None
    """Mean over the answers' tokens, in nats."""
    structure: int | None = Field(None, ge=0)
    """Answers of the very structure asked for, where answers were judged."""
    equivalent: int | None = Field(None, ge=0)
    """Answers equal in value to the input, however written."""
    unchanged: int | None = Field(None, ge=0)
    """Answers that are the input again."""

    @model_validator(mode="after")
    def counts_within_rows(self) -> Self:
        """Refuse more answers of a kind than rows."""
        for name in ("exact", "structure", "equivalent", "unchanged"):
            if (getattr(self, name) or 0) > self.rows:
                raise ValueError(f"{name} is larger than rows")
        return self

    @property
    def right(self) -> int:
        """Right answers: by structure where they were judged, else exact ones."""
        return self.exact if self.structure is None else self.structure

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / self.rows


class Score(BaseModel):
    """What `evaluate` writes: one model on its test sets."""

    cell: dict[str, str | int | float | bool | None] = {}
    sets: dict[str, SetScore]

    @property
    def seed(self) -> int:
        """Seed of the cell; 0 where none is given."""
        return int(self.cell.get("seed") or 0)

    @property
    def arm(self) -> tuple[tuple[str, Any], ...]:
        """All of the cell but its seed."""
        return tuple((key, value) for key, value in self.cell.items() if key != "seed")
