"""Options of `threshold`: where accuracy passes a level, by bisection over seeds."""

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from diversify.config.base import Options


class ThresholdOptions(Options):
    """What is looked for, how closely, and what ends the search."""

    axis: str = "instructions"
    """Option of the experiment's task that is bisected: any that is a number."""
    level: float = Field(0.5, gt=0.0, lt=1.0)
    """Accuracy whose passing is looked for."""
    set: str = "unseen"
    """Test set whose accuracy it is."""
    resolution: float = Field(0.15, gt=0.0, le=1.0)
    """How closely: 0.15 is within 15 % of the value on a logarithmic scale, and within 15 % of the
    range on a linear one."""
    confidence: float = Field(0.95, gt=0.5, lt=1.0)
    """Confidence of the interval."""
    low: float | None = None
    """Least value of the axis; else the least of the experiment's grid."""
    high: float | None = None
    """Greatest value of the axis; else the greatest of the experiment's grid."""
    values: tuple[float, ...] = Field(default_factory=tuple)
    """The only values that the axis may take, such as 3,4,6,12."""
    scale: Literal["auto", "log", "linear"] = "auto"
    """Steps of equal ratio or of equal size; auto: linear for shares and for ranges from 0 on."""
    at: tuple[str, ...] = Field(default_factory=tuple)
    """NAME=VALUE of another axis, where the grid has several or none; repeatable."""
    first_seed: int = Field(0, ge=0)
    """The seeds count up from here."""
    seeds: int = Field(3, ge=2)
    """Seeds that bisect from the ends of the range; their spread says how many more it takes."""
    max_seeds: int = Field(12, ge=2)
    """Seeds at most."""
    wave: int = Field(2, ge=1)
    """Seeds that are added at once, at the least; they run side by side."""
    rounds: int = Field(40, ge=1)
    """Rounds at most; a search that was cut short goes on with a larger number."""
    start_spread: float = Field(2.0, gt=0.0)
    """An added seed begins this many standard deviations of a seed below and above the estimate:
    fewer make the seeds lean towards what the first ones found."""
    margin: float = Field(1.15, ge=1.0)
    """Factor on the interval's width once seeds were added: a search that stops where the interval
    looks narrow meets it, now and then, because it only looks so."""

    @field_validator("values", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        """Read `3,4,6,12` as the command line gives it."""
        parts = [given] if isinstance(given, str | int | float) else list(given)
        return [text for part in parts for text in str(part).split(",")]

    @model_validator(mode="after")
    def _fits(self) -> "ThresholdOptions":
        if self.max_seeds < self.seeds:
            raise ValueError(f"max_seeds {self.max_seeds} is less than seeds {self.seeds}")
        if self.values and (self.low is not None or self.high is not None):
            raise ValueError("give either values or the ends of a range, low and high")
        if self.values and len(set(self.values)) < 2:
            raise ValueError("values: two different ones at least")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not less than high {self.high:g}")
        return self
