"""The report card as text for a terminal."""

import textwrap
from collections.abc import Sequence

from diversify.curation.measure import MeasureResult
from diversify.report.measure_words import (
    between,
    conclusions,
    number,
    verdict_in_words,
    wording,
)

WIDTH = 88
"""Characters in a line of a sentence."""


def card_text(result: MeasureResult) -> str:
    """Lay the report card out as two tables and a few sentences."""
    share = f"{100 * result.rows / result.pool_rows:.3g} %"
    heads = [
        ["measure", "set", "random draws", "pool", ""],
        ["source", "rows", "of", "share", "pool", "delta"],
    ]
    measures = [
        [wording(one.name).name, number(one.value), between(one), number(one.pool),
         verdict_in_words(one)]
        for one in result.comparisons
    ]  # fmt: skip
    parts = [
        f"{result.rows:,} of {result.pool_rows:,} rows ({share})",
        aligned([heads[0], *measures], left=(0, 4)),
        aligned([heads[1], *source_rows(result)], left=(0,)),
        "\n".join(textwrap.fill(one, WIDTH, subsequent_indent="  ") for one in conclusions(result)),
    ]
    return "\n\n".join(parts)


def source_rows(result: MeasureResult) -> list[list[str]]:
    """Give rows and shares of each source, as text."""
    table = result.sources
    columns = [table[name].tolist() for name in ("source", "picked", "have", "share", "pool_share",
                                                 "delta")]  # fmt: skip
    return [
        [str(source), f"{picked:,}", f"{have:,}", f"{100 * share:.1f} %", f"{100 * pool:.1f} %",
         f"{100 * delta:+.1f}"]
        for source, picked, have, share, pool, delta in zip(*columns, strict=True)
    ]  # fmt: skip


def aligned(rows: Sequence[Sequence[str]], left: Sequence[int]) -> str:
    """Pad cells so that columns line up; those named in `left` begin at the left.

    Characters that would steer a terminal become question marks.
    """
    clean = [[_printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*clean, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in clean
    ]
    return "\n".join(line.rstrip() for line in lines)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
