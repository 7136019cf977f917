"""The score of each arm, and of each model, with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from diversify.evaluation.pairs.crossed import over_seeds_and_items, spread_of_scores
from diversify.evaluation.pairs.measures import Measure, arms_of
from diversify.evaluation.pairs.resampling import Resampled, interval


@dataclass(frozen=True)
class ArmScore:
    """Mean over the seeds of an arm by one measure."""

    measure: Measure
    arm: str
    seeds: tuple[int, ...]
    value: float
    low: float
    high: float


def arm_scores(found: Sequence[Measure], drawn: Resampled, confidence: float) -> list[ArmScore]:
    """Score each arm by each measure it has: means over seeds, with what other seeds might give."""
    return [
        arm_score(measure, arm, seeds, drawn, confidence)
        for measure in found
        for arm in arms_of(found)
        if (seeds := measure.seeds_of(arm))
    ]


def arm_score(
    measure: Measure, arm: str, seeds: Sequence[int], drawn: Resampled, confidence: float
) -> ArmScore:
    """Score an arm over these seeds.

    The interval: of one seed Wilson's (Journal of the American Statistical Association 22, 1927)
    where items are right or wrong, else the bootstrap's over items; of several, over seeds and
    items (`over_seeds_and_items`), a share cut to 0..1.
    """
    scores = measure.scores(arm, seeds)
    value = float(scores.mean())
    if len(seeds) > 1:
        spread = spread_of_scores(measure.all_scores(seeds))
        found = over_seeds_and_items(scores, measure.parts(arm, seeds), spread, confidence)
        low, high = found.low, found.high
    elif measure.is_binary:
        right = round(value * measure.items)
        wilson = stats.binomtest(right, measure.items).proportion_ci(confidence, method="wilson")
        low, high = float(wilson.low), float(wilson.high)
    else:
        low, high = interval(measure.draws(arm, seeds, drawn), confidence)
    if measure.is_share:
        low, high = max(low, 0.0), min(high, 1.0)
    return ArmScore(measure, arm, tuple(seeds), value, low, high)
