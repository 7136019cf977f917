"""A table in the papers' layout: ours beside theirs, and empty cells where nothing was run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diversify.report.tracks.arms import Arm
from diversify.report.tracks.documents import Verdicts
from diversify.report.tracks.measures import mark
from diversify.report.tracks.paper_tables import (
    PAPER_TABLES,
    PaperRow,
    PaperTable,
    composition_of,
)

Matched = Mapping[int, str]
"""Row of a table, by its place -> the arm of the same composition."""


@dataclass(frozen=True)
class Cell:
    """One score: ours and theirs, as text."""

    ours: str = ""
    theirs: str = ""
    note: str = ""
    """Interval of ours."""


@dataclass(frozen=True)
class Line:
    """One arm."""

    thousands: list[str]
    arm: str
    cells: list[Cell]


@dataclass(frozen=True)
class PaperView:
    """What the page shows of a table."""

    table: PaperTable
    base: str
    """The model that ours started from."""
    heads: list[str]
    lines: list[Line]
    has_marks: bool


def best_table(arms: Iterable[Arm], verdicts: Verdicts, bases: Iterable[str]) -> PaperTable | None:
    """Choose the table whose arms were run: that of the base model, else that of most arms.

    Tables 1 and 2 have arms in common. None where no arm of any has a score of the table's.
    """
    known, named = list(arms), " ".join(bases).lower()
    found = {
        table.number: (table.known_by in named, count)
        for table in PAPER_TABLES
        if (count := len(matched(table, known, verdicts)))
    }
    if not found:
        return None
    number = max(found, key=lambda one: (*found[one], -one))
    return PAPER_TABLES[number - 1]


def matched(table: PaperTable, arms: Iterable[Arm], verdicts: Verdicts) -> Matched:
    """Find the arms of a table's rows by what they were trained on, scored ones alone."""
    by_rows = {
        composition_of(table, arm.sources): arm.name
        for arm in arms
        if arm.sources and any(verdicts.score(arm.name, name) for name in table.columns)
    }
    places = enumerate(row.composition for row in table.rows)
    return {place: by_rows[one] for place, one in places if one in by_rows}


def paper_view(table: PaperTable, arms: Iterable[Arm], verdicts: Verdicts, base: str) -> PaperView:
    """Lay a table out with ours beside theirs."""
    found = matched(table, arms, verdicts)
    lines = [
        Line(
            [f"{one:g}" for one in row.thousands],
            found.get(place, ""),
            cells_of(table, place, found, verdicts),
        )
        for place, row in enumerate(table.rows)
    ]
    heads = [*table.columns.values(), *(["Gain, %"] if table.has_gain else [])]
    marked = any(cell.ours[-1:] in ("▲", "▼") for line in lines for cell in line.cells)
    return PaperView(table, base, heads, lines, marked)


def cells_of(table: PaperTable, place: int, found: Matched, verdicts: Verdicts) -> list[Cell]:
    """Write the scores of one row, and its gain where the table has one."""
    row, arm = table.rows[place], found.get(place, "")
    reference = found.get(table.rows.index(table.reference_of(row)), "")
    cells = [
        cell_of(verdicts, (arm, reference), name, f"{theirs:.{table.digits}f}")
        for name, theirs in zip(table.columns, row.scores, strict=False)
    ]
    return [*cells, gain_of(row, arm, reference, verdicts)] if table.has_gain else cells


def cell_of(verdicts: Verdicts, pair: tuple[str, str], name: str, theirs: str) -> Cell:
    """Write one score; a mark stands only where the arm was compared with its row of reference."""
    arm, reference = pair
    score = verdicts.score(arm, name) if arm else None
    if score is None:
        return Cell(theirs=theirs)
    compared = verdicts.comparison(arm, name)
    judged = compared if compared is not None and compared.reference == reference else None
    ours = f"{100 * score.value:.1f} {mark(judged)}".rstrip()
    return Cell(ours, theirs, f"{100 * score.low:.0f}–{100 * score.high:.0f}")


def gain_of(row: PaperRow, arm: str, reference: str, verdicts: Verdicts) -> Cell:
    """Write the relative gain of the average over that of the reference row, in percent."""
    theirs = row.scores[-1]
    printed = "" if theirs is None else f"{theirs:+.1f}"
    own = verdicts.score(arm, "average") if arm else None
    other = verdicts.score(reference, "average") if reference else None
    if own is None or other is None or arm == reference or not other.value:
        return Cell(theirs=printed)
    return Cell(f"{gain(own.value, other.value):+.1f}", printed)


def gain(average: float, reference: float) -> float:
    """Relative gain of an average over the reference's, in percent."""
    return 100 * (average / reference - 1)
