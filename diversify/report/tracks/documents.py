"""Scores and verdicts as `tabulate` writes them, checked."""

from pydantic import BaseModel, Field, FiniteFloat

from diversify.evaluation.pairs.averages import HARNESSES
from diversify.evaluation.pairs.compare import Verdict


class Told(BaseModel):
    """What every record says of its measure."""

    experiment: str = ""
    arm: str
    harness: str = ""
    task: str
    metric: str = ""
    average: bool = False
    share: bool = True
    """Whether it is told in percent."""

    @property
    def measure(self) -> tuple[str, str, str]:
        """What tells a measure from others."""
        return self.harness, self.task, self.metric


class ArmScore(Told):
    """The score of an arm."""

    seeds: list[int] = Field(min_length=1)
    n: int = Field(ge=1)
    value: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat


class Compared(Told):
    """An arm against its reference."""

    reference: str
    less_is_better: bool = False
    seeds: list[int] = Field(min_length=1)
    n: int = Field(ge=1)
    value: FiniteFloat
    reference_value: FiniteFloat
    difference: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    test: str
    p: float = Field(ge=0, le=1)
    p_corrected: float = Field(ge=0, le=1)
    verdict: Verdict
    smallest_difference: FiniteFloat | None = None
    smallest_difference_corrected: FiniteFloat | None = None

    @property
    def significant(self) -> bool:
        """Tell whether the verdict is that there is a difference."""
        return self.verdict != "no significant difference"

    @property
    def better(self) -> bool:
        """Tell whether the arm did better, significantly or not."""
        return (self.difference > 0) != self.less_is_better


class Missing(Told):
    """An arm that was not scored by a measure that others were."""


class Mark(BaseModel):
    """A warning that travels with an arm's scores."""

    experiment: str = ""
    arm: str
    harness: str = ""
    mark: str


class Asked(BaseModel):
    """The options that the page speaks of."""

    confidence: float = Field(0.95, gt=0.5, lt=1)
    power: float = Field(0.8, gt=0.5, lt=1)
    correction: str = "holm"


class Verdicts(BaseModel):
    """All that is told of one experiment, or of several."""

    arms: list[ArmScore]
    comparisons: list[Compared]
    missing: list[Missing] = []
    marks: list[Mark] = []
    options: Asked = Asked()

    def of(self, experiment: str) -> "Verdicts":
        """Give what is told of one experiment; all of it, where no name is that one."""
        if not any(one.experiment == experiment for one in self.arms):
            return self
        return self.model_copy(update={
            "arms": [one for one in self.arms if one.experiment == experiment],
            "comparisons": [one for one in self.comparisons if one.experiment == experiment],
            "missing": [one for one in self.missing if one.experiment == experiment],
            "marks": [one for one in self.marks if one.experiment == experiment],
        })  # fmt: skip

    @property
    def references(self) -> list[str]:
        """Arms that others were compared with."""
        return list(dict.fromkeys(one.reference for one in self.comparisons))

    @property
    def measures(self) -> list[tuple[str, str, str]]:
        """Everything scored, in order: tasks by harness and metric, then averages."""
        return list(dict.fromkeys(one.measure for one in self.arms))

    def score(self, arm: str, name: str) -> ArmScore | None:
        """Give the score of an arm by an average, or by the main metric of a task's harness."""
        return next((one for one in self.arms if one.arm == arm and is_of(one, name)), None)

    def comparison(self, arm: str, name: str) -> Compared | None:
        """Give the comparison of an arm by an average, or by a task's main metric."""
        found = (one for one in self.comparisons if one.arm == arm and is_of(one, name))
        return next(found, None)


def is_of(one: Told, name: str) -> bool:
    """Tell whether a record is of an average, or of a task by the harness that averages take."""
    return one.task == name and (one.average or one.harness in HARNESSES)
