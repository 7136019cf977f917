"""The measures of a report card in words, and what they say of a set of rows."""

from dataclasses import dataclass
from typing import Literal

from diversify.curation.measure import MeasureResult
from diversify.curation.metrics.comparison import Comparison
from diversify.report.words import plain


@dataclass(frozen=True)
class Wording:
    """How a measure is called, what it tells, and which way is more diverse."""

    name: str
    tells: str
    diverse: Literal["above", "below"] | None = None


WORDINGS = {
    "cluster_entropy": Wording(
        "cluster entropy", "How evenly the rows lie over the clusters; 1 is even.", "above"
    ),
    "cluster_coverage": Wording(
        "clusters covered", "Share of the pool's clusters with at least one row.", "above"
    ),
    "radius": Wording(
        "coverage radius", "How far any pool row is from its nearest row of the set.", "below"
    ),
    "reach": Wording(
        "mean reach", "How far a pool row is from its nearest row of the set, on average.", "below"
    ),
    "facility_location": Wording(
        "facility location", "Mean cosine of a pool row to its nearest row of the set.", "above"
    ),
    "vendi": Wording(
        "Vendi score", "How many rows unlike each other the set is worth.", "above"
    ),
    "novelsum": Wording(
        "NovelSum", "How new each row is beside those near it, where the pool is dense.", "above"
    ),
    "mean_distance": Wording(
        "mean distance", "Cosine distance of two rows of the set, on average.", "above"
    ),
    "prompt_words_mean": Wording("mean words a prompt", "Instruction and input together."),
    "prompt_words_median": Wording("median words a prompt", "Instruction and input together."),
    "response_words_mean": Wording("mean words a response", "The first response of a row."),
    "response_words_median": Wording("median words a response", "The first response of a row."),
    "tokens_mean": Wording("mean tokens a row", "All texts of a row, without a chat template."),
    "tokens_median": Wording("median tokens a row", "All texts of a row, without a chat template."),
}  # fmt: skip


def wording(measure: str) -> Wording:
    """Give the words for a measure."""
    if measure.startswith("distinct_"):
        size = measure.removeprefix("distinct_")
        told = (
            f"Different runs of {size} word{'s' * (size != '1')} of the prompts over all of them."
        )
        return Wording(f"distinct-{size}", told, "above")
    return WORDINGS.get(measure) or Wording(plain(measure), "")


def verdict_in_words(one: Comparison) -> str:
    """Say how a measure of the set compares with random draws."""
    if not one.draws:
        return ""
    if one.verdict == "same":
        return "no significant difference"
    height = "higher" if one.verdict == "above" else "lower"
    return height if _way(one) == "other" else f"{height}: {_way(one)} diverse"


def conclusions(result: MeasureResult) -> list[str]:
    """Say what differs from random draws and what does not, in a sentence each."""
    found, options = result.comparisons, result.options
    if not any(one.draws for one in found):
        return ["These are all rows of the pool: there is no random draw to compare them with."]
    groups = {
        "More diverse": [one for one in found if _way(one) == "more"],
        "Less diverse": [one for one in found if _way(one) == "less"],
        "Otherwise different": [one for one in found if _way(one) == "other"],
        "No significant difference": [one for one in found if _way(one) == "same"],
    }
    told = [f"{said}: {', '.join(map(_named, group))}." for said, group in groups.items() if group]
    if len(groups["No significant difference"]) == len(found):
        told = [f"No significant difference in any of {len(found)} measures."]
    by_chance = len(found) * (1 - options.confidence)
    return [
        f"Beside {options.draws} random draws of the same size and sources:",
        *told,
        f"Different is what lies outside the {100 * options.confidence:g} % interval for one more "
        f"draw, each measure by itself: of {len(found)}, about {by_chance:.1f} would by chance.",
    ]


def _way(one: Comparison) -> Literal["more", "less", "other", "same"]:
    """Say whether the set is more diverse than random draws by this measure."""
    diverse = wording(one.name).diverse
    if one.verdict == "same":
        return "same"
    if diverse is None:
        return "other"
    return "more" if one.verdict == diverse else "less"


def _named(one: Comparison) -> str:
    """Name a measure, with the way it differs where neither way is more diverse."""
    way = f" ({verdict_in_words(one)})" if _way(one) == "other" else ""
    return wording(one.name).name + way


def number(value: float | None) -> str:
    """Write a number with four figures that count, or nothing where there is none."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def between(one: Comparison) -> str:
    """Write the interval of random draws, or nothing where there are none."""
    return f"{number(one.low)} to {number(one.high)}" if one.draws else ""
