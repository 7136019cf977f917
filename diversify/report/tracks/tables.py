"""Tables of scores and of verdicts, as text."""

from collections.abc import Sequence

from diversify.report.tables import Table
from diversify.report.tracks.arms import Arm
from diversify.report.tracks.documents import Compared, Verdicts
from diversify.report.tracks.measures import change, mark, title, unit, with_interval


def scores_table(arms: Sequence[Arm], verdicts: Verdicts) -> Table:
    """Tabulate the score of each arm by each measure, with interval and mark of its verdict."""
    scores = {(one.arm, *one.measure): one for one in verdicts.arms}
    judged = {(one.arm, *one.measure): one for one in verdicts.comparisons}
    heads = {one.measure: title(one) for one in verdicts.arms}
    rows = []
    for arm in [one.name for one in arms]:
        cells = []
        for measure in verdicts.measures:
            score = scores.get((arm, *measure))
            found = with_interval(score) if score else ""
            cells.append(f"{found} {mark(judged.get((arm, *measure)))}".strip())
        if any(cells):
            rows.append([arm, *cells])
    return Table(["arm", *(heads[measure] for measure in verdicts.measures)], rows)


def verdicts_table(verdicts: Verdicts) -> Table:
    """Tabulate every comparison: difference, test, verdict, and what could have been seen."""
    heads = ["arm", "reference", "measure", "difference", "interval", "p", "p, corrected",
             "verdict", "could have shown", "test", "seeds", "items"]  # fmt: skip
    return Table(heads, [verdict_row(one) for one in verdicts.comparisons])


def verdict_row(one: Compared) -> list[str]:
    """Write one comparison."""
    smallest = one.smallest_difference_corrected
    seen = "" if smallest is None else f"{change(one, smallest).removeprefix('+')} {unit(one)}"
    return [
        one.arm,
        one.reference,
        title(one),
        change(one, one.difference),
        f"{change(one, one.low)} to {change(one, one.high)}",
        f"{one.p:.2g}",
        f"{one.p_corrected:.2g}",
        one.verdict,
        seen,
        one.test,
        str(len(one.seeds)),
        f"{one.n:,}",
    ]
