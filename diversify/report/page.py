"""The page: one file that opens without network."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from diversify.config.report import ReportOptions
from diversify.io.whole import whole
from diversify.report.documents import Experiment
from diversify.report.findings import Finding, findings
from diversify.report.map_view import MapCard, map_card, map_script, map_style, view_of
from diversify.report.mixes import shown_sizes
from diversify.report.pictures import Picture, cluster_picture
from diversify.report.policy import policy
from diversify.report.provenance import Provenance, gather
from diversify.report.stages import StageRow, TrainingRow, funnel, training_rows
from diversify.report.tables import Table, mix_table, score_table
from diversify.report.templates import page_template
from diversify.report.tracks.track import Track, track_of


@dataclass(frozen=True)
class Section:
    """Everything the page says of one experiment."""

    name: str
    anchor: str
    findings: list[Finding]
    track: Track | None
    scores: Table | None
    several_seeds: bool
    funnel: list[StageRow]
    mixes: Table | None
    clusters: Picture | None
    clusters_cell: str
    maps: list[MapCard]
    training: list[TrainingRow]
    run: Provenance


def write_page(path: Path, experiments: Sequence[Experiment], options: ReportOptions) -> None:
    """Write the page; the file appears only when it is whole."""
    with whole(path) as draft:
        draft.write_text(build_page(experiments, options), encoding="utf-8")


def build_page(experiments: Sequence[Experiment], options: ReportOptions) -> str:
    """Build the page as one HTML text."""
    sections = [
        section(one, index, options.confidence, experiments)
        for index, one in enumerate(experiments)
    ]
    scripts = [map_script()] if any(one.maps for one in sections) else []
    return page_template("template.html").render(
        title=options.title,
        confidence=f"{100 * options.confidence:g} %",
        sections=sections,
        style=Markup(map_style()),
        scripts=[Markup(script) for script in scripts],
        policy=Markup(policy(scripts)),
    )


def section(
    experiment: Experiment, index: int, confidence: float, others: Sequence[Experiment] = ()
) -> Section:
    """Gather what the page says of one experiment, beside others."""
    track = track_of(experiment, others)
    sizes = shown_sizes(experiment)
    scores = experiment.scores
    return Section(
        name=experiment.name,
        anchor=f"experiment-{index + 1}",
        # arms are told by their verdicts, not by how their names line up
        findings=track.findings if track else list(findings(experiment, confidence)),
        track=track,
        scores=score_table(scores, confidence) if scores else None,
        several_seeds=len({score.seed for score in scores}) > 1,
        funnel=funnel(experiment),
        mixes=mix_table(experiment),
        clusters=None if sizes is None else cluster_picture(sizes.before, sizes.after),
        clusters_cell="" if sizes is None else sizes.cell,
        maps=[map_card(view_of(found.map)) for found in experiment.of("map") if found.map],
        training=training_rows(experiment),
        run=gather(experiment),
    )
