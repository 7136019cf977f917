"""Scores and comparisons as the records of a JSON document."""

from typing import Any

from diversify.evaluation.pairs.arm_scores import ArmScore
from diversify.evaluation.pairs.compare import Comparison
from diversify.evaluation.pairs.measures import Measure

DIGITS = 6
"""Digits that are written: more than any score deserves, fewer than a sum's order changes."""
Record = dict[str, Any]


def rounded(value: float | None) -> float | None:
    """Round a number that may be lacking."""
    return None if value is None else round(value, DIGITS)


def named(measure: Measure) -> Record:
    """Say what a measure is."""
    return {"harness": measure.harness, "task": measure.name, "metric": measure.metric}


def score_record(one: ArmScore) -> Record:
    """Lay out the score of an arm."""
    return {
        "arm": one.arm,
        **named(one.measure),
        "average": one.measure.is_average,
        "share": one.measure.is_share,
        "seeds": list(one.seeds),
        "n": one.measure.items,
        "value": round(one.value, DIGITS),
        "low": round(one.low, DIGITS),
        "high": round(one.high, DIGITS),
    }


def comparison_record(one: Comparison) -> Record:
    """Lay out a comparison with its verdict."""
    low, high = one.bounds
    return {
        "arm": one.arm,
        "reference": one.reference,
        **named(one.measure),
        "average": one.measure.is_average,
        "share": one.measure.is_share,
        "less_is_better": one.measure.less_is_better,
        "seeds": list(one.seeds),
        "seeds_left_out": list(one.left_out),
        "n": one.measure.items,
        "value": round(one.value, DIGITS),
        "reference_value": round(one.reference_value, DIGITS),
        "difference": round(one.difference, DIGITS),
        "low": round(low, DIGITS),
        "high": round(high, DIGITS),
        "over_items": [round(end, DIGITS) for end in one.over_items],
        "only_arm": [found.only_arm for found in one.answers],
        "only_reference": [found.only_reference for found in one.answers],
        "test": one.test,
        "p": float(f"{one.p:.{DIGITS}g}"),
        "p_corrected": float(f"{one.p_corrected:.{DIGITS}g}"),
        "verdict": one.verdict,
        "smallest_difference": rounded(one.smallest),
        "smallest_difference_corrected": rounded(one.smallest_corrected),
    }
