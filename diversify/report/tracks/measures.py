"""Scores and differences in words, each in its own unit."""

from diversify.report.tracks.documents import ArmScore, Compared, Told
from diversify.report.words import plain

NAMES = {
    "humaneval": "HumanEval", "humaneval+": "HumanEval+", "mbpp": "MBPP", "mbpp+": "MBPP+",
    "gsm8k": "GSM8K", "ifeval": "IFEval", "mmlu": "MMLU", "bbh": "BBH", "math": "MATH",
    "theoremqa": "TheoremQA",
}  # fmt: skip
"""Tasks as they are written."""
SAID = ("bits_per_byte", "pass@1")
"""Metrics that need no naming beside a difference."""
METRICS = {"bits_per_byte": "bits per byte", "acc": "accuracy"}


def title(one: Told) -> str:
    """Name what was measured."""
    if one.average:
        return one.task.replace(" if", " IF")
    return f"{NAMES.get(one.task, one.task)}, {METRICS.get(one.metric, plain(one.metric))}"


def short_title(one: Told) -> str:
    """Name what was measured, the metric left out where the unit says it."""
    return title(one) if one.average or one.metric not in SAID else NAMES.get(one.task, one.task)


def number(one: Told, value: float) -> str:
    """Write a score: a share in percent, anything else as it is."""
    return f"{100 * value:.1f}" if one.share else f"{value:.3f}"


def change(one: Told, value: float) -> str:
    """Write a difference with its sign, in points or as it is."""
    return f"{100 * value:+.1f}" if one.share else f"{value:+.3f}"


def unit(one: Told) -> str:
    """Name the unit of a difference."""
    return "points" if one.share else METRICS.get(one.metric, plain(one.metric))


def with_interval(one: ArmScore) -> str:
    """Write a score with its interval."""
    return f"{number(one, one.value)} [{number(one, one.low)}, {number(one, one.high)}]"


def difference(one: Compared) -> str:
    """Write a difference with its unit and interval, as in a sentence."""
    ends = f"{change(one, one.low)} to {change(one, one.high)}"
    return f"{change(one, one.difference)} {unit(one)}, interval {ends}"


def mark(one: Compared | None) -> str:
    """Give the sign of a significant difference; nothing where there is none."""
    if one is None or not one.significant:
        return ""
    return "▲" if one.difference > 0 else "▼"
