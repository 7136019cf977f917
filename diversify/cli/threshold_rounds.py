"""The rounds of `threshold`: ask Snakemake for points, read their scores, decide what follows."""

from dataclasses import dataclass
from pathlib import Path

from diversify.cli.output import say
from diversify.cli.threshold_records import Measured, Records, together
from diversify.cli.threshold_task import Tried
from diversify.errors import DataError
from diversify.evaluation.bisecting.bracket import Point
from diversify.evaluation.bisecting.search import Decision, decide
from diversify.evaluation.bisecting.words import count, number
from diversify.io.snakemake import Snakemake, alone, write_overlay
from diversify.report.documents import read_found
from diversify.report.intervals import wilson


@dataclass(frozen=True)
class Outcome:
    """How a search ended."""

    decision: Decision
    points: Measured
    rounds: int


def search(records: Records, snakemake: Snakemake) -> Outcome:
    """Search until a decision asks for nothing more; rounds that are there are gone over again.

    Raises:
        ConfigError: the folder has rounds of another search, or one is at work on the experiment.
        DataError: Snakemake failed, or a score file does not have what it should.
    """
    with alone(Path("results", f"{records.task.experiment}-threshold")) as held:
        recorded = records.asked()
        if recorded:
            say(f"{count(len(recorded), 'round')} done before: the search goes on from there")
            # what is finished stays as it is, unless the code has changed
            _make(records, snakemake, together(recorded), len(recorded), held)
        points: Measured = {}
        decision, rounds = _decide(records, points, 0), 0
        while decision.asked:
            rounds += 1
            if rounds <= len(recorded):
                records.check_asked(rounds, recorded[rounds - 1], decision.asked)
            else:
                say(_line(records, rounds, decision.asked))
                tried = {seed: list(values) for seed, values in points.items()}
                _make(records, snakemake, together([tried, decision.asked]), rounds, held)
            new = _measure(records, decision.asked)
            points = {s: points.get(s, {}) | new.get(s, {}) for s in {**points, **new}}
            before, decision = decision, _decide(records, points, rounds)
            records.write(rounds, before, new, decision)
    if rounds < len(recorded):
        say(f"the search ends with round {rounds} now: the rounds after it are of a longer one")
    return Outcome(decision, points, rounds)


def _decide(records: Records, points: Measured, rounds: int) -> Decision:
    return decide(records.task.axis, records.options, points, rounds)


def _make(records: Records, snakemake: Snakemake, tried: Tried, rounds: int, held: int) -> None:
    """Have Snakemake make the scores of all points so far; those that are there cost nothing."""
    overlay = records.file(rounds).with_suffix(".yaml")
    write_overlay(overlay, records.task.overlay(tried))
    scores = records.task.scores(tried).values()
    snakemake.make(scores, overlay, overlay.with_suffix(".log"), held)


def _measure(records: Records, asked: Tried) -> Measured:
    """Read the scores of points."""
    options, measured = records.options, Measured()
    for (seed, value), path in records.task.scores(asked).items():
        if not path.exists():
            raise DataError(f"{path}: Snakemake has not made it here; leave out --directory")
        score = read_found(path).score
        sets = score.sets if score else {}
        if options.set not in sets:
            raise DataError(f"{path}: has no test set {options.set} (there are {', '.join(sets)})")
        found = sets[options.set]
        interval = wilson(found.exact, found.rows, options.confidence)
        point = Point(found.exact, found.rows, interval.low, interval.high)
        measured.setdefault(seed, {})[value] = point
    return measured


def _line(records: Records, rounds: int, asked: Tried) -> str:
    """Say what a round runs."""
    places = [f"seed {seed} at {', '.join(map(number, vs))}" for seed, vs in asked.items()]
    runs = count(sum(len(list(values)) for values in asked.values()), "run")
    log = records.file(rounds).with_suffix(".log")
    return f"round {rounds}: {runs}: {'; '.join(places)} (log: {log})"
