"""What a search says of itself: why it goes on or ends, and what to be careful with."""

from collections.abc import Iterator, Mapping

from diversify.config.threshold import ThresholdOptions
from diversify.evaluation.bisecting.axis import Axis, Number
from diversify.evaluation.bisecting.bracket import Points, reversals
from diversify.evaluation.bisecting.search import Decision


def reason(axis: Axis, options: ThresholdOptions, decision: Decision) -> str:
    """Say in a sentence why a search goes on, or why it ends."""
    level, ends = f"{options.level:g}", f"{number(axis.low)} to {number(axis.high)}"
    open_seeds = [str(seed) for seed, found in decision.brackets.items() if not found.closed]
    sentences = {
        "ends": f"{options.seeds} seeds begin at the ends of the range, {ends}",
        "brackets": "the resolution is finer than the brackets of "
        f"{count(len(decision.asked), 'seed')}",
        "more-seeds": "the interval of the mean is wider than the resolution: "
        f"{count(len(decision.asked), 'seed')} more",
        "within": f"the interval is within {options.resolution:.0%}",
        "seeds": f"all {options.max_seeds} seeds are spent, and the interval is wider than "
        f"{options.resolution:.0%}: raise --max-seeds to go on",
        "rounds": f"all {options.rounds} rounds are spent: raise --rounds to go on",
        "never": f"the level is never passed: accuracy is below {level} at both ends of {ends}; "
        "widen the range, or train for longer",
        "always": f"the level is passed at the lowest value already: accuracy is {level} or more "
        f"at both ends of {ends}; lower --low (or raise --high, if accuracy falls along the axis)",
        "open": f"no mean over seeds, because within {ends} {level} is not passed by seed "
        f"{', '.join(open_seeds)}{_of_others(decision)}: widen the range",
        "coarse": "the values of the axis lie too far apart for the resolution: more seeds cannot "
        "narrow the interval",
    }
    return sentences[decision.why]


def cautions(
    options: ThresholdOptions, decision: Decision, points: Mapping[int, Points]
) -> Iterator[str]:
    """Name what makes a bracket doubtful: points on the wrong side, falls, and close calls."""
    rising = decision.rising is not False
    for seed, bracket in decision.brackets.items():
        if not bracket.closed and decision.rising is not None:
            yield f"seed {seed} does not pass {options.level:g} within the range"
        if bracket.misplaced:
            wrong = ", ".join(map(number, bracket.misplaced))
            yield (
                f"seed {seed} is not monotone: {wrong} on the wrong side of {options.level:g}; "
                "the bracket is where the level is first passed"
            )
        for one, two in reversals(points[seed], rising):
            yield (
                f"seed {seed} is not monotone: accuracy goes from {points[seed][one].accuracy:.3f} "
                f"at {number(one)} to {points[seed][two].accuracy:.3f} at {number(two)}"
            )
        close = [
            number(v) for v in sorted(points[seed]) if points[seed][v].uncertain(options.level)
        ]
        if close:
            yield f"seed {seed} is a close call at {', '.join(close)}: the interval holds the level"


def number(value: Number) -> str:
    """Write a number with as many digits as it deserves, thousands apart."""
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"


def count(things: int, name: str) -> str:
    """Count things: 1 run, 2 runs."""
    return f"{things} {name}{'' if things == 1 else 's'}"


def _of_others(decision: Decision) -> str:
    closed = [found for found in decision.brackets.values() if found.closed]
    if not closed:
        return ""
    low = min(found.low for found in closed if found.low is not None)
    high = max(found.high for found in closed if found.high is not None)
    return f" (the other {len(closed)} pass it between {number(low)} and {number(high)})"
