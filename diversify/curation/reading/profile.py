"""What the texts of a source look like: enough to see that the wrong column was read."""

from collections import Counter
from dataclasses import dataclass

from diversify.curation.reading.fields import one_line
from diversify.records import Record

SAMPLE = 100_000
"""Rows among which distinct texts are counted."""
EXAMPLE = 80
"""Characters of an example that are shown."""


@dataclass(frozen=True, slots=True)
class TextProfile:
    """Lengths of texts in characters, how many of them differ, and the first one."""

    shortest: int
    median: int
    longest: int
    distinct: float
    """Share of distinct texts among the first 100,000: near 0 for labels, 1 where none recurs."""
    example: str


class Tally:
    """Counts over the records of a file, in bounded memory."""

    def __init__(self) -> None:
        """Begin with no record."""
        self.kept = self.with_input = self.with_system = self.several_turns = 0
        self.instruction, self.response = TextTally(), TextTally()

    def add(self, record: Record) -> None:
        """Count a record."""
        self.kept += 1
        self.with_input += record.input != ""
        self.with_system += record.system != ""
        self.several_turns += record.more != ""
        self.instruction.add(record.instruction)
        self.response.add(record.response)


class TextTally:
    """Lengths and kinds of the texts of one part."""

    def __init__(self) -> None:
        """Begin with no text."""
        self.lengths: Counter[int] = Counter()
        self.seen: set[int] = set()
        self.sampled = 0
        self.example = ""

    def add(self, text: str) -> None:
        """Count a text."""
        self.lengths[len(text)] += 1
        if self.sampled < SAMPLE:
            self.example = self.example or one_line(text.strip(), EXAMPLE)
            self.sampled += 1
            self.seen.add(hash(text))

    def profile(self) -> TextProfile | None:
        """Sum up; None where there was no text."""
        if not self.sampled:
            return None
        return TextProfile(
            shortest=min(self.lengths),
            median=median_of(self.lengths),
            longest=max(self.lengths),
            distinct=round(len(self.seen) / self.sampled, 4),
            example=self.example,
        )


def median_of(counts: Counter[int]) -> int:
    """Give the lower median of counted numbers."""
    half = (counts.total() + 1) // 2
    passed = 0
    for number in sorted(counts):
        passed += counts[number]
        if passed >= half:
            return number
    raise ValueError("the median of nothing")
