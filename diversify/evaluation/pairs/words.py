"""A comparison in a sentence, by which a person may repeat it."""

from collections.abc import Sequence

from diversify.config.tabulate import Correction
from diversify.evaluation.pairs.compare import Comparison
from diversify.evaluation.pairs.measures import Measure

CORRECTIONS = {"holm": "Holm's", "benjamini-hochberg": "Benjamini and Hochberg's"}


def sentence(one: Comparison, many: int, correction: Correction, confidence: float) -> str:
    """Say what came out, how sure it is, and what could not have been seen.

    Args:
        one: the comparison.
        many: comparisons that were corrected together.
        correction: how.
        confidence: level of the interval.
    """
    measure = one.measure
    low, high = one.bounds
    return (
        f"{one.arm}, {title(measure)}: {verdict(one)}: "
        f"{number(measure, one.value)} and {number(measure, one.reference_value)}, "
        f"{change(measure, one.difference)}, "
        f"{100 * confidence:g} % interval {change(measure, low, bare=True)} to "
        f"{change(measure, high, bare=True)}; {one.test} {_p(one.p)}"
        f"{_corrected(one, many, correction)}; {_basis(one)}; {_smallest(one)}"
    )


def verdict(one: Comparison) -> str:
    """Say the verdict with the reference, and which way is up."""
    if one.verdict == "no significant difference":
        return f"{one.verdict} from {one.reference}"
    better = ", and lower is better" if one.measure.less_is_better else ""
    return f"{one.verdict} than {one.reference}{better}"


def title(measure: Measure) -> str:
    """Name a task with its metric, or an average."""
    return measure.name if measure.is_average else f"{measure.name} {measure.metric}"


def number(measure: Measure, value: float) -> str:
    """Write a score: a share in percent, anything else as it is."""
    return f"{100 * value:.1f}" if measure.is_share else f"{value:.4g}"


def change(measure: Measure, difference: float, bare: bool = False) -> str:
    """Write a difference with its sign: of shares in points."""
    if measure.is_share:
        return f"{100 * difference:+.1f}{'' if bare else ' points'}"
    return f"{difference:+.3g}"


def _p(p: float) -> str:
    return f"p = {p:.2g}" if p >= 1e-15 else "p < 1e-15"


def _corrected(one: Comparison, many: int, correction: Correction) -> str:
    if correction == "none" or many == 1:
        return ""
    return f", {one.p_corrected:.2g} after {CORRECTIONS[correction]} correction of {many}"


def _basis(one: Comparison) -> str:
    left = f" (seed {_listed(one.left_out)} of one alone left out)" if one.left_out else ""
    several = f"{len(one.seeds)} seeds"
    seeds = "one seed, so of these two models alone" if len(one.seeds) == 1 else several
    return f"{seeds}{left}, {one.measure.items:,} items"


def _listed(seeds: Sequence[int]) -> str:
    return ", ".join(map(str, seeds))


def _smallest(one: Comparison) -> str:
    if one.smallest is None:
        return "what these items could have shown cannot be said"
    found = change(one.measure, one.smallest).removeprefix("+")
    strict = one.smallest_corrected
    if strict is None or strict <= one.smallest * 1.001:
        return f"smallest difference they could have shown: {found}"
    more = change(one.measure, strict, bare=True).removeprefix("+")
    return f"smallest difference they could have shown: {found}, or {more} as one of so many"
