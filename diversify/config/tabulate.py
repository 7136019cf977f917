"""Options of `tabulate`: which arms are compared, and how sure the verdicts are."""

from typing import Any, Literal

from pydantic import Field, field_validator

from diversify.config.base import Options
from diversify.config.pairs import pairs

Correction = Literal["holm", "benjamini-hochberg", "none"]


class TabulateOptions(Options):
    """How scores are compared."""

    reference: str = ""
    """Arm that the others are compared with; empty: nothing is compared."""
    reference_of: dict[str, str] = Field(default_factory=dict)
    """Another reference of single arms, such as oss-60=oss-75, so that each is compared with the
    one that had as many rows."""
    every_metric: bool = False
    """Compare by every metric of a task; else by its main one alone: bits per byte, or the one that
    its harness names first. The long table has them all."""
    confidence: float = Field(0.95, gt=0.5, lt=1.0)
    """Level of every interval; a difference is significant where its p-value, corrected, is at most
    one minus this."""
    power: float = Field(0.8, gt=0.5, lt=1.0)
    """Chance of showing the smallest difference that is told beside a verdict."""
    correction: Correction = "holm"
    """For the comparisons being many: holm bounds the chance of any false alarm among all of an
    experiment, benjamini-hochberg the share of false alarms; none leaves p-values as they are."""
    resamples: int = Field(10_000, ge=100)
    """Times that the items are drawn anew for a bootstrap interval."""
    seed: int = Field(0, ge=0)
    """Seed of these draws."""

    @field_validator("reference_of", mode="before")
    @classmethod
    def _pairs(cls, given: Any) -> Any:
        return pairs(given, "oss-60=oss-75")
