"""What the stages did: the funnel from raw rows to training rows, and the training runs."""

from collections.abc import Sequence
from dataclasses import dataclass

from diversify.io.documents import Document
from diversify.report.documents import Experiment
from diversify.report.words import cell_name, plain, value_in_words

ROW_STAGES = ("synth", "ingest", "dedup", "decontaminate", "embed", "cluster", "mix")
"""Stages that handle rows, in the order they run."""


@dataclass(frozen=True)
class StageRow:
    """One stage of the funnel."""

    stage: str
    runs: int
    rows_in: int | None
    rows_out: int | None
    reasons: str
    width: float
    """Rows out as a percent of the most rows of any stage."""


def funnel(experiment: Experiment) -> list[StageRow]:
    """Rows into and out of each stage; of a stage with many cells, its first one stands for all."""
    found = [(stage, experiment.of(stage)) for stage in ROW_STAGES]
    shown = [
        (stage, documents, flow(documents[0].content)) for stage, documents in found if documents
    ]
    shown = [one for one in shown if one[2] != (None, None)]
    most = max((rows or 0 for _, _, both in shown for rows in both), default=0) or 1
    return [
        StageRow(stage, len(documents), into, out, reasons(documents[0].content, into, out),
                 100 * (out or 0) / most)
        for stage, documents, (into, out) in shown
    ]  # fmt: skip


def flow(content: Document) -> tuple[int | None, int | None]:
    """Rows in and rows out, where a summary says them."""
    out = content.get("rows_out", content.get("budget"))
    into = content.get("rows_in")
    return (into if isinstance(into, int) else None, out if isinstance(out, int) else None)


def reasons(content: Document, into: int | None, out: int | None) -> str:
    """Say why rows went: the counts by reason, or else how many."""
    dropped = content.get("dropped")
    if isinstance(dropped, dict):
        return ", ".join(
            f"{value_in_words(value)} {plain(key)}" for key, value in dropped.items() if value
        )
    if content.get("stage") == "mix" and into is not None and out is not None:
        return f"{into - out:,} left in the pool"
    count = dropped if isinstance(dropped, int) else (into or 0) - (out or 0) if into else 0
    return f"{count:,} dropped" if count > 0 else ""


@dataclass(frozen=True)
class TrainingRow:
    """One training run."""

    cell: str
    steps: str
    rows: str
    loss: str
    seconds: str
    spark: str
    """Its loss as the points of a line, 100 wide and 20 high."""


def training_rows(experiment: Experiment) -> list[TrainingRow]:
    """Steps, rows, last loss and seconds of each training run."""
    return [
        TrainingRow(
            cell_name(found),
            value_in_words(found.content.get("steps", "")),
            value_in_words(found.content.get("rows", "")),
            f"{curve[-1][1]:.3f}" if (curve := loss_curve(found.content)) else "",
            tenths(found.content.get("seconds")),
            spark(curve),
        )
        for found in experiment.of("sft")
    ]


def tenths(seconds: object) -> str:
    """Write seconds to a tenth, or nothing where none are told."""
    return f"{seconds:,.1f}" if isinstance(seconds, int | float) else ""


def loss_curve(content: Document) -> list[tuple[float, float]]:
    """Steps and losses of a training summary; pairs that are no numbers are passed over."""
    pairs = content.get("loss")
    if not isinstance(pairs, list):
        return []
    numbers = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
    return [(a, b) for a, b in numbers if isinstance(a, int | float) and isinstance(b, int | float)]


def spark(curve: Sequence[tuple[float, float]]) -> str:
    """Scale a loss curve into the points of a small line."""
    if len(curve) < 2:
        return ""
    few = (
        [curve[index * (len(curve) - 1) // 59] for index in range(60)] if len(curve) > 60 else curve
    )
    last, top = max(step for step, _ in few) or 1, max(loss for _, loss in few) or 1
    return " ".join(f"{98 * step / last + 1:.1f},{19 - 18 * loss / top:.1f}" for step, loss in few)
