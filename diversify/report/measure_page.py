"""The report card as a page: one file that opens without network and runs no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from diversify.curation.measure import MeasureResult
from diversify.curation.metrics.comparison import Comparison
from diversify.io.whole import whole
from diversify.report.measure_text import source_rows
from diversify.report.measure_words import (
    between,
    conclusions,
    number,
    verdict_in_words,
    wording,
)
from diversify.report.policy import policy
from diversify.report.templates import page_template

FOLDER = Path(__file__).parent
EDGE = 4.0
"""Space at both ends of a strip, in percent of its width."""


@dataclass(frozen=True)
class Strip:
    """Where things lie on a line from 0 to 100."""

    value: float
    low: float
    width: float
    draws: list[float]


@dataclass(frozen=True)
class Line:
    """One measure of the card."""

    name: str
    tells: str
    value: str
    random: str
    pool: str
    verdict: str
    apart: bool
    strip: Strip | None


def write_card(path: Path, result: MeasureResult, document: Mapping[str, Any]) -> None:
    """Write the page; the file appears only when it is whole.

    Args:
        path: where it goes.
        result: what was measured.
        document: the summary, whose inputs, options and versions are listed at the end.
    """
    with whole(path) as draft:
        draft.write_text(build_card(result, document), encoding="utf-8")


def build_card(result: MeasureResult, document: Mapping[str, Any]) -> str:
    """Build the page as one HTML text; every text in it is escaped."""
    return page_template("measure.html").render(
        result=result,
        lines=[line(one) for one in result.comparisons],
        sentences=conclusions(result),
        sources=source_rows(result),
        run={name: document.get(name, {}) for name in ("inputs", "options", "versions")},
        policy=Markup(policy([])),
        style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),
    )


def line(one: Comparison) -> Line:
    """Put a measure into words, and onto a strip where there are random draws."""
    words = wording(one.name)
    return Line(
        name=words.name,
        tells=words.tells,
        value=number(one.value),
        random=between(one),
        pool=number(one.pool),
        verdict=verdict_in_words(one),
        apart=one.verdict != "same",
        strip=strip(one) if one.draws else None,
    )


def strip(one: Comparison) -> Strip:
    """Lay the set, the draws and their interval on one line."""
    known = [one.value, one.low, one.high, *one.draws]
    least, span = min(known), max(known) - min(known)
    scale = (100 - 2 * EDGE) / span if span else 0.0

    def place(value: float) -> float:
        return round(EDGE + (value - least) * scale, 2) if span else 50.0

    low, high = place(one.low), place(one.high)
    return Strip(place(one.value), low, max(high - low, 0.5), [place(draw) for draw in one.draws])
