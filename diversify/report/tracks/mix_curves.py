"""Figure 6 of [B]: pass@1 against the mix, at a fixed budget; the papers' points behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from diversify.report.labels import Label, label_curves
from diversify.report.looks import Look, canvas, svg
from diversify.report.tracks.arms import Arm
from diversify.report.tracks.documents import ArmScore, Compared, Verdicts
from diversify.report.tracks.measures import difference, number
from diversify.report.tracks.paper_tables import TABLE_1, TABLE_2, Composition, composition_of

BUDGET = 20_000
"""Rows of every mix of the figure."""
THOUSANDS = range(6)
"""Thousands of them that are general."""
MARKERS = "osD^v"
APART = 0.07
"""Distance between curves at one place, so that their intervals stay apart."""


@dataclass(frozen=True)
class MixPoint:
    """One mix: how many thousands of its rows are general, and its average pass@1."""

    thousands: int
    score: ArmScore
    compared: Compared | None


@dataclass(frozen=True)
class MixCurve:
    """One base model."""

    name: str
    points: tuple[MixPoint, ...]


def thousands_of(composition: Composition | None) -> int | None:
    """Read a mix of the figure: thousands of general rows among 20,000, and none of others."""
    if composition is None:
        return None
    core, general, *others = composition
    if core + general != BUDGET or any(others) or general % 1000:
        return None
    return general // 1000 if general // 1000 in THOUSANDS else None


def papers_curves() -> dict[str, dict[int, float]]:
    """Averages printed in tables 1 and 2 of the figure's mixes, by base model."""
    return {
        table.model: {
            at: row.scores[4] or 0.0
            for row in table.rows
            if (at := thousands_of(row.composition)) is not None
        }
        for table in (TABLE_1, TABLE_2)
    }


def mix_curve(name: str, arms: Iterable[Arm], verdicts: Verdicts) -> MixCurve | None:
    """Find the mixes of the figure among the arms; None with fewer than two of them scored."""
    points = []
    for arm in arms:
        at = thousands_of(composition_of(TABLE_1, arm.sources)) if arm.sources else None
        score = verdicts.score(arm.name, "average")
        if at is not None and score is not None:
            points.append(MixPoint(at, score, verdicts.comparison(arm.name, "average")))
    points.sort(key=lambda one: one.thousands)
    return MixCurve(name, tuple(points)) if len(points) > 1 else None


def draw_mix_curves(curves: Sequence[MixCurve], look: Look) -> str:
    """Draw average pass@1 against the mix as SVG, one curve for each base model."""
    theirs = papers_curves()
    with canvas(look, len(curves) + len(theirs)) as (figure, axes):
        axes.set_xticks(list(THOUSANDS), [f"{20 - one}:{one}" for one in THOUSANDS])
        axes.set_xlabel(
            "Code : general rows, thousands" if look.narrow
            else "Rows of code and of general instructions, in thousands"
        )  # fmt: skip
        ends = [(model, draw_theirs(axes, model, theirs[model], look)) for model in theirs]
        labels = [(f"{model}, papers", end, look.muted) for model, end in ends]
        for rank, curve in enumerate(curves):
            shift = (rank - (len(curves) - 1) / 2) * APART
            colour = look.palette[rank % len(look.palette)]
            end = draw_curve(axes, curve, shift, colour, MARKERS[rank % len(MARKERS)], look)
            labels.append((curve.name, end, colour))
        low, high = axes.get_ylim()
        placed = [Label(words, (y - low) / (high - low), colour) for words, y, colour in labels]
        label_curves(axes, "Average pass@1, %", placed, look)
        return svg(figure)


def draw_theirs(axes: Axes, model: str, points: dict[int, float], look: Look) -> float:
    """Draw what the papers printed, in grey, and give its last height."""
    xs = sorted(points)
    axes.plot(
        xs, [points[x] for x in xs], "x:", color=look.muted, markersize=5, linewidth=1.2,
        zorder=1, gid=f"papers-{model}",
    )  # fmt: skip
    return points[xs[-1]]


def draw_curve(
    axes: Axes, curve: MixCurve, shift: float, colour: str, marker: str, look: Look
) -> float:
    """Draw one of ours with its intervals, and give its last height."""
    xs = [one.thousands + shift for one in curve.points]
    ys = [100 * one.score.value for one in curve.points]
    for x, one in zip(xs, curve.points, strict=True):
        ends = [100 * one.score.low, 100 * one.score.high]
        axes.plot([x, x], ends, color=colour, alpha=0.45, linewidth=1.2)
    axes.plot(
        xs, ys, "-", marker=marker, color=colour, linewidth=2, markersize=5.5,
        markeredgecolor=look.paper, markeredgewidth=0.6, gid=f"mix-{marker}",
    )  # fmt: skip
    return ys[-1]


def curve_in_words(curve: MixCurve) -> str:
    """Say where a curve is highest, and whether that is above no general rows at all."""
    top = max(curve.points, key=lambda one: one.score.value)
    first = curve.points[0]
    words = f"{curve.name}: highest at {place(top)} ({number(top.score, top.score.value)})"
    if top is first:
        return f"{words}, the fewest general rows tried: none of the others scored above it."
    compared = top.compared
    at_first = f"{number(first.score, first.score.value)} at {place(first)}"
    if compared is None or first.thousands or compared.reference != first.score.arm:
        return f"{words}; it was not compared with {at_first}."
    verdict = (
        compared.verdict
        if compared.significant
        else f"{compared.verdict}, so no mix is called best"
    )
    seeds = "one seed" if len(compared.seeds) == 1 else f"{len(compared.seeds)} seeds"
    return f"{words}, against {at_first}: {verdict} ({difference(compared)}; {seeds})."


def place(point: MixPoint) -> str:
    """Write a mix."""
    return f"{20 - point.thousands}:{point.thousands}"
