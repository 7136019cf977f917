"""Options of `report`."""

from pydantic import Field

from diversify.config.base import Options


class ReportOptions(Options):
    """What the report says of numbers."""

    title: str = "Instruction diversity, measured"
    """Heading of the page."""
    confidence: float = Field(0.95, gt=0.5, lt=1.0)
    """Level of every interval."""
