"""Each arm against the reference, over the same items: difference, interval, test, verdict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from diversify.config.tabulate import TabulateOptions
from diversify.evaluation.pairs.corrections import corrected
from diversify.evaluation.pairs.crossed import (
    Estimate,
    over_seeds_and_items,
    spread_of_differences,
)
from diversify.evaluation.pairs.mcnemar import Discordant, discordant
from diversify.evaluation.pairs.measures import Measure, arms_of, main_ones
from diversify.evaluation.pairs.resampling import Resampled, interval
from diversify.evaluation.pairs.smallest import smallest_of_answers, smallest_of_scores

Verdict = Literal["significantly higher", "significantly lower", "no significant difference"]
MCNEMAR = "McNemar's exact test"
OVER_ITEMS = "t-test over items"
OVER_BOTH = "t-test over seeds and items"


@dataclass(frozen=True)
class Comparison:
    """One arm against its reference by one measure."""

    measure: Measure
    arm: str
    reference: str
    seeds: tuple[int, ...]
    """Seeds that both have."""
    left_out: tuple[int, ...]
    """Seeds that only one of them has, which enter nothing here."""
    value: float
    """Mean over these seeds."""
    reference_value: float
    estimate: Estimate
    """Of the difference, arm minus reference: with several seeds, what decides."""
    over_items: tuple[float, float]
    """Paired bootstrap interval over items alone, of these very models."""
    answers: tuple[Discordant, ...]
    """Items that one of the two alone got right, by seed; empty where none is right or wrong."""
    test: str
    p: float
    p_corrected: float = 1.0
    verdict: Verdict = "no significant difference"
    smallest: float | None = None
    """Smallest difference that would have been shown, were it the only comparison."""
    smallest_corrected: float | None = None
    """The same at the level of the strictest of all the comparisons."""

    @property
    def difference(self) -> float:
        """Arm minus reference."""
        return self.value - self.reference_value

    @property
    def bounds(self) -> tuple[float, float]:
        """Interval of the difference: over seeds and items, or with one seed the bootstrap's."""
        if len(self.seeds) > 1:
            return self.estimate.low, self.estimate.high
        return self.over_items


def compare(
    found: Sequence[Measure], drawn: Resampled, options: TabulateOptions
) -> list[Comparison]:
    """Compare every arm with its reference by every main measure that both have, in one family.

    One seed: McNemar's exact test where items are right or wrong, else a t-test on what each item
    does to the difference; the interval is the paired bootstrap's. Several: see
    `over_seeds_and_items`. All comparisons of an experiment are corrected together.

    Args:
        found: what to compare by, of one experiment.
        drawn: resampled scores of all their tasks.
        options: reference, level, power and correction.
    """
    arms = arms_of(found)
    if not options.reference:
        return []
    made = [
        one
        for measure in (found if options.every_metric else main_ones(found))
        for arm in arms
        if (reference := reference_of(arm, options)) != arm
        if (one := _compared(measure, arm, reference, drawn, options)) is not None
    ]
    return _judged(made, options)


def reference_of(arm: str, options: TabulateOptions) -> str:
    """Name the arm that another is compared with; a reference is compared with none."""
    if arm in (options.reference, *options.reference_of.values()):
        return arm
    return options.reference_of.get(arm, options.reference)


def _compared(
    measure: Measure, arm: str, reference: str, drawn: Resampled, options: TabulateOptions
) -> Comparison | None:
    of_both = [set(measure.seeds_of(one)) for one in (arm, reference)]
    seeds = sorted(set.intersection(*of_both))
    if not seeds:
        return None
    own, other = (measure.scores(one, seeds) for one in (arm, reference))
    both = zip(measure.parts(arm, seeds), measure.parts(reference, seeds), strict=True)
    parts = [first - second for first, second in both]
    spread = spread_of_differences(measure.all_scores(seeds))
    estimate = over_seeds_and_items(own - other, parts, spread, options.confidence)
    draws = measure.draws(arm, seeds, drawn) - measure.draws(reference, seeds, drawn)
    answers = _answers(measure, arm, reference, seeds)
    exact = len(answers) == 1
    p = answers[0].p if exact else estimate.p
    return Comparison(
        measure=measure,
        arm=arm,
        reference=reference,
        seeds=tuple(seeds),
        left_out=tuple(sorted(set.union(*of_both).difference(seeds))),
        value=float(own.mean()),
        reference_value=float(other.mean()),
        estimate=estimate,
        over_items=interval(draws, options.confidence),
        answers=answers,
        test=MCNEMAR if exact else OVER_ITEMS if len(seeds) == 1 else OVER_BOTH,
        p=p,
    )


def _answers(
    measure: Measure, arm: str, reference: str, seeds: Sequence[int]
) -> tuple[Discordant, ...]:
    if not measure.is_binary:
        return ()
    both = zip(measure.values(arm, seeds), measure.values(reference, seeds), strict=True)
    return tuple(discordant(own, other) for own, other in both)


def _judged(made: Sequence[Comparison], options: TabulateOptions) -> list[Comparison]:
    level = 1 - options.confidence
    strictest = level / len(made) if made and options.correction != "none" else level
    return [
        replace(
            one,
            p_corrected=p,
            verdict=_verdict(one.difference, p, level),
            smallest=_smallest(one, level, options.power),
            smallest_corrected=_smallest(one, strictest, options.power),
        )
        for one, p in zip(made, corrected([one.p for one in made], options.correction), strict=True)
    ]


def _verdict(difference: float, p: float, level: float) -> Verdict:
    if p > level * (1 + 1e-9):
        return "no significant difference"
    return "significantly higher" if difference > 0 else "significantly lower"


def _smallest(one: Comparison, level: float, power: float) -> float | None:
    items = one.measure.items
    if len(one.answers) == 1:
        return smallest_of_answers(items, one.answers[0].items / items, level, power)
    found = smallest_of_scores(one.estimate, level, power)
    if found is None and one.answers:
        return smallest_of_answers(items, 0.0, level, power)
    return found
