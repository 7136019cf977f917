"""Everything the page says of an experiment with arms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from diversify.report.documents import Experiment
from diversify.report.findings import Finding
from diversify.report.looks import Look
from diversify.report.pictures import LOOKS, picture
from diversify.report.tables import Table
from diversify.report.tracks.arms import Arm, arms_of, arms_table, bases_of, lengths_in_words
from diversify.report.tracks.differences import draw_differences, units_of
from diversify.report.tracks.documents import Verdicts
from diversify.report.tracks.layout import PaperView, best_table, paper_view
from diversify.report.tracks.measures import unit
from diversify.report.tracks.mix_curves import (
    MixCurve,
    curve_in_words,
    draw_mix_curves,
    mix_curve,
)
from diversify.report.tracks.sentences import Said, marks_in_words, summary
from diversify.report.tracks.tables import scores_table, verdicts_table
from diversify.report.words import listed, percent


@dataclass(frozen=True)
class Track:
    """An experiment with arms."""

    said: Said
    marks: list[str]
    arms: Table
    lengths: str
    base: str
    scores: Table
    interval: str
    verdicts: Table
    power: str
    paper: PaperView | None
    findings: list[Finding]


@dataclass(frozen=True)
class Judged:
    """An experiment, its arms and its verdicts."""

    experiment: Experiment
    arms: list[Arm]
    verdicts: Verdicts


def judged(experiment: Experiment) -> Judged | None:
    """Read arms and verdicts of an experiment; None where `tabulate` left none."""
    found = [one.verdicts for one in experiment.of("tabulate") if one.verdicts is not None]
    if not found:
        return None
    verdicts = found[0].of(experiment.name)
    arms = arms_of(experiment, (one.arm for one in verdicts.arms))
    references = verdicts.references
    arms.sort(key=lambda one: (one.total, one.name not in references))
    return Judged(experiment, arms, verdicts)


def track_of(experiment: Experiment, others: Iterable[Experiment] = ()) -> Track | None:
    """Gather what the page says of an experiment's arms.

    Args:
        experiment: whose verdicts `tabulate` wrote; without them there is no track.
        others: experiments on the same page, whose curves stand in the figure of mixes too.
    """
    found = judged(experiment)
    if found is None:
        return None
    arms, verdicts = found.arms, found.verdicts
    bases = bases_of(arms)
    table = best_table(arms, verdicts, bases)
    base = listed(bases) if bases else ""
    return Track(
        said=summary(verdicts),
        marks=marks_in_words(verdicts),
        arms=arms_table(arms),
        lengths=lengths_in_words(arms),
        base=base,
        scores=scores_table(arms, verdicts),
        interval=percent(verdicts.options.confidence),
        verdicts=verdicts_table(verdicts),
        power=percent(verdicts.options.power),
        paper=paper_view(table, arms, verdicts, base) if table else None,
        findings=list(findings_of(found, others)),
    )


def findings_of(found: Judged, others: Iterable[Experiment]) -> Iterator[Finding]:
    """Draw the figures of an experiment with arms."""
    curves = curves_of(found, others)
    if curves:
        yield Finding(
            asked="How much of a code specialist’s budget should be general instructions?",
            sentence=" ".join(curve_in_words(curve) for curve in curves),
            caption=(
                "Average pass@1 of HumanEval, HumanEval+, MBPP and MBPP+, at 20,000 rows; bars are "
                f"{percent(found.verdicts.options.confidence)} intervals, and the axis does not "
                "begin at zero. Papers, at their scale: it rises, peaks near 10 % and falls; their "
                "points are those printed in tables 1 and 2."
            ),
            picture=picture([draw_mix_curves(curves, look) for look in LOOKS]),
        )
    for name in units_of(found.verdicts):
        yield Finding(
            asked=f"How far is each arm from its reference, in {name}?",
            sentence=(
                "Filled and coloured: a significant difference, after correction. Hollow and "
                "grey: no significant difference."
            ),
            caption=(
                f"Difference with its {percent(found.verdicts.options.confidence)} interval, each "
                f"by itself. Reference: {listed(found.verdicts.references)}."
            ),
            picture=picture([drawn(found, name, look) for look in LOOKS]),
        )


def curves_of(found: Judged, others: Iterable[Experiment]) -> list[MixCurve]:
    """Give the curve of an experiment, and behind it those of others on the page."""
    own = named_curve(found)
    if own is None:
        return []
    beside = [judged(one) for one in others if one is not found.experiment]
    curves = [named_curve(one) for one in beside if one is not None]
    return [own, *(curve for curve in curves if curve is not None)]


def named_curve(found: Judged) -> MixCurve | None:
    """Give the curve of an experiment, called as its base model where that is one alone."""
    bases = bases_of(found.arms)
    name = bases[0].rstrip("/").rpartition("/")[2] if len(bases) == 1 else found.experiment.name
    return mix_curve(name, found.arms, found.verdicts)


def drawn(found: Judged, name: str, look: Look) -> str:
    """Draw the differences of one unit."""
    comparisons = [one for one in found.verdicts.comparisons if unit(one) == name]
    return draw_differences(comparisons, [one.name for one in found.arms], look)


def track_figures(experiment: Experiment, look: Look) -> list[tuple[str, str]]:
    """Draw the figures as files of their own: name and SVG."""
    found = judged(experiment)
    if found is None:
        return []
    curves = curves_of(found, ())
    mixes = [("mix", draw_mix_curves(curves, look))] if curves else []
    units = units_of(found.verdicts)
    return [*mixes, *(("differences", drawn(found, name, look)) for name in units)]
