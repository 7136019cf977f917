"""Tables as plain rows of text: scores with their intervals, and what each mix took."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from diversify.report.documents import Experiment
from diversify.report.intervals import over_seeds, wilson
from diversify.report.scored import Score
from diversify.report.words import cell_name, cell_value, plain, sortable, unique, value_in_words


@dataclass(frozen=True)
class Table:
    """A heading row and rows of cells, all text."""

    heads: list[str]
    rows: list[list[str]]


def score_table(scores: Sequence[Score], confidence: float) -> Table:
    """Accuracy of each arm on each set, with an interval, and the loss: means over seeds.

    The interval is over seeds where there are two or more, else Wilson's over the test rows.
    """
    keys = unique(key for score in scores for key in score.cell if key != "seed")
    sets = unique(name for score in scores for name in score.sets)
    judged = [
        (name, count)
        for name in sets
        for count in ("equivalent", "unchanged")
        if any(count_of(score, name, count) is not None for score in scores)
    ]
    arms: dict[tuple[tuple[str, Any], ...], list[Score]] = {}
    for score in sorted(scores, key=lambda one: [sortable(one.cell.get(key)) for key in keys]):
        arms.setdefault(score.arm, []).append(score)
    rows = []
    for arm, members in arms.items():
        cell = dict(arm)
        names = [cell_value(key, cell[key]) if key in cell else "" for key in keys]
        found = [accuracy_in_words(members, name, confidence) for name in sets]
        beside = [judged_in_words(members, *one, confidence) for one in judged]
        losses = [loss_in_words(members, name) for name in sets]
        rows.append([*names, str(len(members)), *found, *beside, *losses])
    of_judged = [f"{plain(name)}, {count}" for name, count in judged]
    of_loss = [f"{plain(name)}, loss" for name in sets]
    return Table([*map(plain, keys), "seeds", *map(plain, sets), *of_judged, *of_loss], rows)


def accuracy_in_words(members: Sequence[Score], name: str, confidence: float) -> str:
    """Write a mean accuracy with its interval, or nothing where the set was not scored."""
    found = [member.sets[name] for member in members if name in member.sets]
    return bar_in_words([(one.right, one.rows) for one in found], confidence)


def judged_in_words(members: Sequence[Score], name: str, count: str, confidence: float) -> str:
    """Write the mean share of answers judged so, with its interval."""
    found = [
        (number, member.sets[name].rows)
        for member in members
        if (number := count_of(member, name, count)) is not None
    ]
    return bar_in_words(found, confidence)


def count_of(score: Score, name: str, count: str) -> int | None:
    """Answers of a set that were judged so, where they were judged."""
    number: int | None = getattr(score.sets.get(name), count, None)
    return number


def bar_in_words(found: Sequence[tuple[int, int]], confidence: float) -> str:
    """Write the mean of right answers of rows, one pair a seed, with its interval.

    Over seeds where there are two or more, else Wilson's over the test rows.
    """
    if not found:
        return ""
    interval = over_seeds([right / rows for right, rows in found], confidence)
    bar = interval or wilson(*found[0], confidence)
    return f"{bar.center:.3f} [{bar.low:.2f}, {bar.high:.2f}]"


def loss_in_words(members: Sequence[Score], name: str) -> str:
    """Write a mean loss in nats a token, or nothing where none is known."""
    known = [member.sets[name].loss for member in members if name in member.sets]
    losses = [loss for loss in known if loss is not None]
    return f"{mean(losses):.2f}" if losses else ""


def mix_table(experiment: Experiment) -> Table | None:
    """Rows that each mix took from each source."""
    mixes = [
        found for found in experiment.of("mix") if isinstance(found.content.get("sources"), dict)
    ]
    names = unique(name for found in mixes for name in found.content["sources"])
    if not names:
        return None
    rows = []
    for found in mixes:
        counts = [found.content["sources"].get(name) for name in names]
        rows.append([cell_name(found), *(picked_of(count) for count in counts)])
    return Table(["mix", *names], rows)


def picked_of(count: Any) -> str:
    """Write `picked of have` for one source."""
    if not isinstance(count, dict):
        return ""
    return f"{value_in_words(count.get('picked', 0))} of {value_in_words(count.get('have', '?'))}"
