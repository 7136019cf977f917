"""A mean over items and over seeds, and how far both pin it down."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from diversify.evaluation.pairs.aligned import Values


@dataclass(frozen=True)
class Spread:
    """How much scores differ from seed to seed."""

    variance: float
    """Of one seed's score, or of one seed's difference between two arms."""
    freedom: int
    """Degrees of freedom that it is estimated from."""


@dataclass(frozen=True)
class Estimate:
    """A score, or a difference of two, with its interval."""

    centre: float
    low: float
    high: float
    error: float
    """Standard error."""
    freedom: float
    """Degrees of freedom of the t-distribution behind the interval."""
    p: float
    """Two-sided p-value against zero."""


def spread_of_scores(scores: Values) -> Spread:
    """Variance of a score over seeds, pooled over arms: (arms, seeds)."""
    arms, seeds = scores.shape
    rest = scores - scores.mean(axis=1, keepdims=True)
    freedom = arms * (seeds - 1)
    return Spread(float((rest**2).sum()) / freedom if freedom else 0.0, freedom)


def spread_of_differences(scores: Values) -> Spread:
    """Variance over seeds of the difference between two arms, pooled over all arms.

    Twice the mean square that neither arm nor seed explains, as in an analysis of variance of a
    randomised block design; of two arms, the plain variance of their differences. Three seeds of
    two arms say very little of it; pooling takes it that seeds matter alike in every arm.

    Args:
        scores: of all arms that have these seeds, (arms, seeds).
    """
    arms, seeds = scores.shape
    rest = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0) + scores.mean()
    freedom = (arms - 1) * (seeds - 1)
    return Spread(2 * float((rest**2).sum()) / freedom if freedom else 0.0, freedom)


def over_seeds_and_items(
    scores: Values, parts: Sequence[Values], spread: Spread, confidence: float
) -> Estimate:
    """Estimate what other seeds and other items would give, both taken as samples.

    Each seed scores the same items, so seeds and items are crossed: with variances a of seeds, b of
    items and e of one seed on one item, the mean over S seeds and n items has variance
    a/S + b/n + e/(Sn), here put together from the mean squares of the two-way table; the t has the
    degrees of freedom of Satterthwaite (Biometrics Bulletin 2, 1946). This is the quasi-F of Clark
    (Journal of Verbal Learning and Verbal Behavior 12, 1973), for one contrast. Resampling three
    seeds instead would understate how much seeds differ. With one seed the items alone speak.

    Args:
        scores: one a seed, (seeds,).
        parts: what each item does to the score of each seed, one array for each set of items,
            (seeds, items); a part of a plain mean is (value - mean) / items.
        spread: of these scores over seeds.
        confidence: level of the interval.

    Returns:
        The estimate; where nothing spreads, its p-value is that of a sign test over the items.
    """
    seeds, centre = len(scores), float(scores.mean())
    items = [(_of_items(part.mean(axis=0)), part.shape[1] - 1) for part in parts]
    both = [(_of_both(part), (seeds - 1) * (part.shape[1] - 1)) for part in parts]
    of_items, of_both = (sum(one for one, _ in found) for found in (items, both))
    of_seeds = spread.variance / seeds if seeds > 1 else 0.0
    # each of the first two holds the third; neither may be lost to a chance estimate of it
    variance = max(of_items + of_seeds - of_both, of_items, of_seeds)
    if variance < 1e-24:  # rounding aside, no spread
        alike = sum(part.shape[1] for part in parts)
        p = 1.0 if abs(centre) < 1e-12 else 2 * 0.5**alike
        return Estimate(centre, centre, centre, 0.0, float("inf"), p)
    squares = [*items, *both, (of_seeds, spread.freedom)]
    freedom = variance**2 / sum(one**2 / count for one, count in squares if one and count)
    error = variance**0.5
    half = float(stats.t.ppf((1 + confidence) / 2, freedom)) * error
    p = 2 * float(stats.t.sf(abs(centre) / error, freedom))
    return Estimate(centre, centre - half, centre + half, error, freedom, p)


def _of_items(parts: Values) -> float:
    """Variance of the sum of a sample's parts, estimated from one sample, (items,)."""
    return len(parts) * float(parts.var(ddof=1)) if len(parts) > 1 else 0.0


def _of_both(parts: Values) -> float:
    """Variance of the mean that no seed and no item explains, (seeds, items)."""
    seeds, items = parts.shape
    if seeds < 2 or items < 2:
        return 0.0
    rest = parts - parts.mean(axis=0) - parts.mean(axis=1, keepdims=True) + parts.mean()
    return float(items * (rest**2).sum() / ((seeds - 1) * (items - 1)) / seeds)
