"""What `threshold` found, how sure it is of it, and what it cost, as a document and as a line."""

from pathlib import Path
from typing import Any

from diversify.cli.threshold_records import Measured, Records, ends, points_document
from diversify.cli.threshold_rounds import Outcome
from diversify.cli.threshold_task import Task
from diversify.evaluation.bisecting.words import cautions, count, number, reason
from diversify.io.documents import Document, read_document

DIRECTIONS = {True: "rising", False: "falling", None: ""}


def findings(records: Records, outcome: Outcome) -> dict[str, Any]:
    """Put together what a search found and what it cost."""
    task, options, decision = records.task, records.options, outcome.decision
    axis, found = task.axis, decision.found
    interval = (
        dict(zip(("low", "center", "high"), found.values(axis), strict=True)) if found else {}
    )
    return {
        "experiment": task.experiment,
        "axis": task.name,
        "range": [axis.low, axis.high],
        "scale": "log" if axis.logarithmic else "linear",
        "direction": DIRECTIONS[decision.rising],
        "threshold": {**interval, "seeds": found.seeds} if found else None,
        "why": decision.why,
        "reason": reason(axis, options, decision),
        "brackets": ends(decision.brackets),
        "cautions": list(cautions(options, decision, outcome.points)),
        "points": points_document(outcome.points, options, task),
        "rounds": outcome.rounds,
        "cost": _cost(task, outcome.points),
    }


def line(document: Document, path: Path) -> str:
    """Say in a line what was found."""
    cost = document["cost"]
    place = _place(document) if document["threshold"] else ""
    spent = "" if cost["seconds"] is None else f", {cost['seconds']:.0f} s of training"
    doubts = f", {count(len(document['cautions']), 'caution')}" if document["cautions"] else ""
    return (
        f"{document['experiment']}: {place}{document['reason']}; {cost['runs']} runs{spent}, where "
        f"a full grid takes {cost['grid_runs']} ({cost['share']:.0%}); {path}{doubts}"
    )


def _place(document: Document) -> str:
    options, found = document["options"], document["threshold"]
    whole = isinstance(document["range"][0], int)
    low, centre, high = (
        number(round(found[key]) if whole else found[key]) for key in ("low", "center", "high")
    )
    return (
        f"{options['set']} accuracy passes {options['level']:g} at {document['axis']} {centre} "
        f"({options['confidence']:.0%} interval {low} to {high}, {found['seeds']} seeds); "
    )


def _cost(task: Task, points: Measured) -> dict[str, float | None]:
    """Count the runs, and those of a grid with the same steps, range and seeds."""
    runs, grid = sum(map(len, points.values())), len(points) * len(task.axis.ladder())
    return {
        "runs": runs,
        "grid_runs": grid,
        "share": round(runs / grid, 4),
        "seconds": _seconds(task, points),
    }


def _seconds(task: Task, points: Measured) -> float | None:
    """Add up what training took, if each point has a summary of it."""
    total = 0.0
    for path in task.scores(points).values():
        summary = path.parents[2] / "sft" / path.parent.name / "summary.json"
        spent = read_document(summary).get("seconds") if summary.exists() else None
        if not isinstance(spent, int | float):
            return None
        total += spent
    return round(total, 1)
