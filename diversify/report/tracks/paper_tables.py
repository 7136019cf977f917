"""Tables 1, 2 and 3 of [B], as printed: what was trained on, and what was scored.

[B] "Only-IF: Revealing the Decisive Effect of Instruction Diversity on Generalization" (arXiv
2410.04717), sections 4 and 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from diversify.evaluation.pairs.averages import AVERAGES

NAMES = {
    "oss": ("oss", "oss-instruct"),
    "alpaca": ("alpaca", "al"),
    "cot": ("cot", "cot-collection"),
    "ultrainteract": ("ultrainteract", "ui"),
    "openorca": ("openorca", "oo"),
}
"""What sources are called in mixes."""

Composition = tuple[int, ...]
"""Rows of each of a table's sources, in its order."""


@dataclass(frozen=True)
class PaperRow:
    """An arm as printed."""

    thousands: tuple[float, ...]
    """Rows of the base, then of each source added to it, the base's own first; in thousands."""
    scores: tuple[float | None, ...]
    """In percent, in the order of the table's columns; None: left blank."""

    @property
    def composition(self) -> Composition:
        """Rows of each source, base and added together."""
        base, own, *others = (round(1000 * one) for one in self.thousands)
        return base + own, *others


@dataclass(frozen=True)
class PaperTable:
    """A table as printed."""

    number: int
    title: str
    model: str
    """The base model."""
    known_by: str
    """What a base model's name holds, if it is this one."""
    sources: tuple[str, ...]
    heads: tuple[str, ...]
    """Of the columns of rows, in thousands."""
    columns: Mapping[str, str]
    """Task or average -> its head."""
    rows: tuple[PaperRow, ...]
    has_gain: bool
    """Whether a last column has the gain in percent over a row above."""
    foot: str
    digits: int = 1
    """Decimals as printed."""

    def reference_of(self, row: PaperRow) -> PaperRow:
        """Give the row that another is held against: the last one above it that has no gain.

        Where no gain is printed, the first row of the same base.
        """
        if not self.has_gain:
            return next(one for one in self.rows if one.thousands[0] == row.thousands[0])
        above = self.rows[: self.rows.index(row) + 1]
        return next(one for one in reversed(above) if one.scores[-1] is None)


def composition_of(table: PaperTable, rows: Mapping[str, int]) -> Composition | None:
    """Read a mix as a composition of a table's sources; None where it has rows of any other."""
    known = {name: place for place, one in enumerate(table.sources) for name in NAMES[one]}
    counts = [0] * len(table.sources)
    for source, count in rows.items():
        place = known.get(source.lower())
        if place is None and count:
            return None
        if place is not None:
            counts[place] += count
    return tuple(counts)


WORDS = {one.name: one.words for one in AVERAGES}
SPECIALIST = {
    "humaneval": "HumanEval",
    "humaneval+": "HumanEval+",
    "mbpp": "MBPP",
    "mbpp+": "MBPP+",
    "average": "Average",
}
GENERALIST = {
    "overall": "Overall",
    "ifeval": "IFEval",
    "overall without if": "Overall without IF",
    "overall without math": "Overall without math",
}
OF_CODE = (
    f"Average: {WORDS['average']}. Gain: of the average over that of the last row above without a "
    "gain, in percent of it; ours from averages that are not rounded."
)
OF_GROUPS = (
    f"Overall, ours: {WORDS['overall']}; without IF and without math: the same mean without that "
    "group. The papers take theirs over groups that they do not print, and theirs is no mean of "
    "the columns here: ours and theirs are not the same average."
)

TABLE_1 = PaperTable(
    number=1,
    title="a code specialist",
    model="DeepSeek-Coder-6.7B",
    known_by="deepseek-coder-6.7b",
    sources=("oss", "alpaca", "cot"),
    heads=("OSS base", "+OSS", "+Alpaca", "+CoT"),
    columns=SPECIALIST,
    has_gain=True,
    foot=OF_CODE,
    rows=(
        PaperRow((15, 5, 0, 0), (62.2, 56.7, 75.7, 62.4, 64.2, None)),
        PaperRow((15, 4, 1, 0), (67.1, 59.8, 75.7, 62.2, 66.2, 3.1)),
        PaperRow((15, 3, 2, 0), (68.3, 61.6, 75.4, 63.2, 67.1, 4.6)),
        PaperRow((15, 2, 3, 0), (64.6, 60.4, 76.4, 63.4, 66.2, 3.1)),
        PaperRow((15, 1, 4, 0), (65.2, 58.5, 76.7, 63.7, 66.0, 2.8)),
        PaperRow((15, 0, 5, 0), (64.6, 57.9, 73.9, 61.4, 64.5, 0.5)),
        PaperRow((60, 15, 0, 0), (66.5, 61.6, 75.4, 61.9, 66.4, None)),
        PaperRow((60, 0, 15, 0), (67.1, 59.8, 77.0, 64.8, 67.2, 1.2)),
        PaperRow((60, 0, 7.5, 7.5), (64.6, 59.1, 76.2, 63.8, 65.9, -0.6)),
        PaperRow((60, 7.5, 7.5, 0), (68.9, 61.6, 76.2, 63.8, 67.6, 1.9)),
        PaperRow((60, 7.5, 3.25, 3.25), (66.5, 62.2, 76.2, 64.3, 67.3, 1.4)),
        PaperRow((60, 12.5, 2.5, 0), (68.3, 61.0, 76.2, 64.3, 67.5, 1.6)),
        PaperRow((60, 12.5, 1.25, 1.25), (68.3, 62.2, 77.8, 65.1, 68.4, 3.0)),
        PaperRow((60, 14, 1, 0), (69.5, 62.2, 76.2, 64.3, 68.1, 2.5)),
        PaperRow((60, 14, 0.5, 0.5), (66.5, 61.0, 76.5, 63.2, 66.8, 0.7)),
    ),
)
TABLE_2 = replace(
    TABLE_1,
    number=2,
    model="CodeQwen1.5-7B",
    known_by="codeqwen",
    rows=(
        PaperRow((19, 1, 0, 0), (65.9, 59.8, 73.7, 62.2, 65.4, None)),
        PaperRow((19, 0, 1, 0), (67.7, 61.6, 75.9, 63.4, 67.2, 2.8)),
        PaperRow((18, 0, 2, 0), (69.5, 63.4, 76.4, 63.2, 68.1, 4.1)),
        PaperRow((18, 0, 1, 1), (68.9, 63.4, 77.4, 64.2, 68.5, 4.7)),
        PaperRow((16, 0, 4, 0), (65.2, 58.5, 76.7, 63.7, 66.0, 0.9)),
        PaperRow((16, 0, 2, 2), (68.3, 61.6, 77.2, 63.7, 67.7, 3.5)),
    ),
)
TABLE_3 = PaperTable(
    number=3,
    title="a generalist",
    model="Mistral-7B-v0.3",
    known_by="mistral-7b",
    sources=("ultrainteract", "openorca", "alpaca"),
    heads=("UI base", "+UI", "+OO", "+AL"),
    columns=GENERALIST,
    has_gain=False,
    foot=OF_GROUPS,
    digits=2,
    rows=(
        PaperRow((10, 10, 0, 0), (39.07, 25.32, 47.27, 44.94)),
        PaperRow((10, 0, 10, 0), (44.93, 43.85, 49.03, 48.77)),
        PaperRow((10, 0, 0, 10), (44.78, 36.43, 51.51, 50.05)),
        PaperRow((20, 20, 0, 0), (41.01, 23.99, 50.27, 48.97)),
        PaperRow((20, 0, 20, 0), (46.87, 46.25, 50.96, 49.38)),
        PaperRow((20, 0, 0, 20), (44.41, 37.13, 50.86, 49.21)),
        PaperRow((20, 10, 10, 0), (47.59, 46.58, 51.64, 50.44)),
        PaperRow((20, 10, 0, 10), (43.47, 30.84, 51.50, 49.51)),
        PaperRow((40, 20, 0, 0), (40.39, 22.01, 50.43, 46.34)),
        PaperRow((40, 0, 20, 0), (45.64, 46.69, 49.75, 52.45)),
        PaperRow((40, 0, 0, 20), (40.64, 31.93, 47.86, 48.62)),
        PaperRow((40, 10, 10, 0), (45.79, 40.10, 51.89, 51.08)),
        PaperRow((40, 10, 0, 10), (42.73, 31.30, 50.63, 48.45)),
        PaperRow((60, 20, 0, 0), (41.71, 24.67, 51.62, 47.97)),
        PaperRow((60, 0, 20, 0), (45.86, 42.34, 51.19, 50.50)),
        PaperRow((60, 0, 0, 20), (43.27, 33.02, 50.83, 48.39)),
        PaperRow((60, 10, 10, 0), (46.07, 40.82, 51.93, 51.17)),
        PaperRow((60, 10, 0, 10), (42.66, 30.58, 50.49, 47.36)),
    ),
)
PAPER_TABLES = (TABLE_1, TABLE_2, TABLE_3)
