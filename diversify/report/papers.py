"""What the two papers reported of their synthetic experiments, at their scale.

[A] "Instruction Diversity Drives Generalization To Unseen Tasks" (arXiv 2402.10891): a GPT-2 of
6 layers, 256 wide, 4 heads, inputs of 50 letters, patterns of 20, a million examples, 50 epochs.
[B] "Only-IF: Revealing the Decisive Effect of Instruction Diversity on Generalization" (arXiv
2410.04717): algebra with Mistral-7B-v0.3 on 50,000 instances.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SCALE = "papers, at their scale"


@dataclass(frozen=True)
class Zone:
    """A stretch of an axis where something happened."""

    axis: str
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class Points:
    """Accuracies at places of an axis; a place may have a range."""

    axis: str
    places: tuple[tuple[float, float, float], ...]
    """Place, lowest accuracy, highest accuracy."""
    where: tuple[str, str] | None = None
    """The axis and value of the panel or curve that they belong to; None: any."""


@dataclass(frozen=True)
class Level:
    """Accuracies reported without their places: a band over a stretch of an axis."""

    axis: str
    reach: tuple[float, float]
    low: float
    high: float
    words: str


Mark = Zone | Points | Level

JUMP = 400
"""Rules at which the GPT-2 began to generalise ([A] 4.1 and 4.2, [B] figures 2a and 2b)."""
NEVER, ALWAYS = 300, 1000
"""Below the first it never did, however many examples; from the second it always did."""
STEEP = 0.2
"""Shape of the power law below which 1,000 rules drop sharply ([A] 4.4, [B] figure 3)."""

THRESHOLD = (Zone("instructions", NEVER, ALWAYS, f"papers,\nat their\nscale: jump\nnear {JUMP}"),)
NOOPS = (Zone("instructions", JUMP, JUMP, f"papers, at their\nscale: from\nabout {JUMP}"),)
LONG_TAIL = (
    Zone("shape", 0.0, STEEP, "papers, at their scale:\n1k rules drop below\na = 0.2, 10k+ hold"),
)

TABLE_1: Mapping[str, Mapping[int, float]] = {
    "1": {2000: 0.71, 1000: 0.41, 500: 0.00, 200: 0.00},
    "10": {2000: 0.88, 1000: 0.71, 500: 0.00, 200: 0.00},
    "20": {2000: 0.73, 1000: 0.28, 500: 0.07, 200: 0.00},
    "mixed": {2000: 0.94, 1000: 0.94, 500: 0.62, 200: 0.00},
}
"""[A] table 1: accuracy by occurrences of the pattern in training, and by rules."""
MIXED = "1+5+10+15+20"
"""What the last row mixes."""


def row_of_table_1(occurrences: Any) -> str:
    """Name the row of table 1 that trained on such inputs; a mixture of any is the mixed one."""
    return "mixed" if "+" in str(occurrences) else str(occurrences)


OCCURRENCES = tuple(
    Points(
        "instructions",
        tuple((rules, accuracy, accuracy) for rules, accuracy in sorted(row.items())),
        ("occurrences", name),
    )
    for name, row in TABLE_1.items()
)
GENERALIST = (Points("rules", ((10, 0.33, 0.52), (40, 0.80, 0.80))),)
"""[B] figure 5a: 0.33 to 0.52 at few rules, read as the fewest tried, and 0.80 at 40."""
SPECIALIST = (
    Level("diversify_share", (0.02, 0.20), 0.40, 0.40, "papers, at their scale: best ratio"),
    Level("diversify_share", (0.02, 0.20), 0.15, 0.27, "papers: other ratios"),
    Points("diversify_rules", ((5, 0.07, 0.07), (40, 0.36, 0.36))),
)
"""[B] figure 5b: ratios 1:49, 5:45 and 10:40, of which the text at hand does not say the best; and
figure 5c: 5, 20 and 40 rules, the ends of the curve."""
