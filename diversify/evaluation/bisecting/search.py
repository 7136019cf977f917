"""What a search asks for next, or why it ends: decided from the scores so far and nothing else."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from diversify.config.threshold import ThresholdOptions
from diversify.evaluation.bisecting.axis import Axis, Number, nearest_rung
from diversify.evaluation.bisecting.bracket import (
    Bracket,
    Points,
    direction,
    find_bracket,
    next_value,
)
from diversify.evaluation.bisecting.estimate import Estimate, estimate, seeds_needed

GoesOn = Literal["ends", "brackets", "more-seeds"]
Stops = Literal["within", "seeds", "rounds", "never", "always", "open", "coarse"]


@dataclass(frozen=True)
class Decision:
    """What comes next, and what is known so far."""

    why: GoesOn | Stops
    """Goes on: to try the `ends` of the range, to narrow `brackets`, with `more-seeds`. Stops: the
    interval is `within` the resolution; `seeds` or `rounds` are spent; the level is `never`
    passed or `always` (at the lowest value already); some seeds do not pass it within the range
    (`open`); the axis' values lie too far apart for the resolution (`coarse`)."""
    asked: Mapping[int, Sequence[Number]] = field(default_factory=dict)
    """Values to try next, by seed; empty when the search stops."""
    brackets: Mapping[int, Bracket] = field(default_factory=dict)
    """Where each seed passes the level."""
    rising: bool | None = None
    """Whether accuracy rises along the axis; none while, or because, no seed tells."""
    found: Estimate | None = None
    """The threshold over seeds, where every seed has a bracket."""


def decide(
    axis: Axis, options: ThresholdOptions, points: Mapping[int, Points], rounds: int
) -> Decision:
    """Decide what to try next. The same points give the same decision, so a search may resume.

    Seeds come in waves. Those of the first bisect the whole range, each on its own. Those of later
    waves are as many as the spread of the seeds before calls for, though no more than those (but a
    `wave` at the least); they begin with a bracket around the estimate.

    Args:
        axis: What is bisected.
        options: The level, and what ends the search.
        points: What was measured so far, by seed.
        rounds: How many rounds that took.
    """
    decision = _next(axis, options, points)
    if not decision.asked or rounds < options.rounds:
        return decision
    seen = decision.brackets if all(b.closed for b in decision.brackets.values()) else {}
    found = _estimate(axis, options, seen) if len(seen) > 1 else None
    return Decision("rounds", {}, decision.brackets, decision.rising, found)


def _next(axis: Axis, options: ThresholdOptions, points: Mapping[int, Points]) -> Decision:
    seeds = list(range(options.first_seed, options.first_seed + options.seeds))
    ends = (axis.low, axis.high)
    untried = {seed: ends for seed in seeds if seed not in points}
    if untried:
        return Decision("ends", untried)
    rising = direction((points[seed] for seed in seeds), options.level)
    if rising is None:
        return _one_sided(options, points, seeds)
    while True:
        ladders = {seed: axis.ladder(seed - options.first_seed) for seed in seeds}
        brackets = {seed: find_bracket(points[seed], options.level, rising) for seed in seeds}
        tried = {seed: next_value(ladders[seed], points[seed], brackets[seed]) for seed in seeds}
        asked = {seed: (value,) for seed, value in tried.items() if value is not None}
        if asked:
            return Decision("brackets", asked, brackets, rising)
        if not all(bracket.closed for bracket in brackets.values()):
            return Decision("open", {}, brackets, rising)
        found = _estimate(axis, options, brackets)
        stop = _stop(found, options)
        if stop:
            return Decision(stop, {}, brackets, rising, found)
        added = _added(axis, options, found)
        untried = {seed: starts for seed, starts in added.items() if seed not in points}
        if untried:
            return Decision("more-seeds", untried, brackets, rising, found)
        seeds += added


def _one_sided(
    options: ThresholdOptions, points: Mapping[int, Points], seeds: Sequence[int]
) -> Decision:
    """Tell apart a level that no seed passes from one that all have passed where they begin."""
    above = {seed: points[seed][min(points[seed])].above(options.level) for seed in seeds}
    # as if accuracy rose: which side of the range the level would lie on
    brackets = {seed: find_bracket(points[seed], options.level, True) for seed in seeds}
    if len(set(above.values())) > 1:
        return Decision("open", {}, brackets)
    return Decision("always" if above[seeds[0]] else "never", {}, brackets)


def _estimate(axis: Axis, options: ThresholdOptions, brackets: Mapping[int, Bracket]) -> Estimate:
    ends = [(b.low, b.high) for b in brackets.values() if b.low is not None and b.high is not None]
    margin = options.margin if len(ends) > options.seeds else 1.0
    return estimate(axis, ends, options.confidence, margin)


def _stop(found: Estimate, options: ThresholdOptions) -> Stops | None:
    if found.half <= 1:
        return "within"
    if found.unavoidable >= 1:
        return "coarse"
    return "seeds" if found.seeds >= options.max_seeds else None


def _added(
    axis: Axis, options: ThresholdOptions, found: Estimate
) -> dict[int, tuple[Number, Number]]:
    """Choose the seeds of the next wave, and the two rungs that each begins with."""
    most = min(options.max_seeds, 2 * found.seeds)
    needed = seeds_needed(found, options.confidence, options.margin, most)
    count = min(max(needed, found.seeds + options.wave), options.max_seeds)
    # where another seed's threshold is expected: its own spread and that of the estimate
    reach = options.start_spread * found.spread * math.sqrt(1 + 1 / found.seeds)
    return {
        options.first_seed + turn: _start(axis, axis.ladder(turn), found.centre, reach)
        for turn in range(found.seeds, count)
    }


def _start(
    axis: Axis, ladder: Sequence[Number], centre: float, reach: float
) -> tuple[Number, Number]:
    low, high = (nearest_rung(axis, ladder, centre + side) for side in (-reach, reach))
    if low == high:
        low, high = (low - 1, high) if high == len(ladder) - 1 else (low, high + 1)
    return ladder[low], ladder[high]
