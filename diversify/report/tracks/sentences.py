"""What the verdicts say, and no more: chosen by them, and by what could have been seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from diversify.report.tracks.documents import Compared, Verdicts
from diversify.report.tracks.measures import change, difference, short_title, title, unit
from diversify.report.words import listed, percent, unique

NAMED = 8
"""Arms whose significant differences are written out; the rest are counted."""
CORRECTIONS = {
    "holm": "Holm’s correction",
    "benjamini-hochberg": "Benjamini and Hochberg’s correction",
    "none": "no correction",
}


@dataclass(frozen=True)
class Said:
    """What the verdicts of an experiment come to."""

    count: str
    """How many differences are significant."""
    significant: list[str]
    """Each arm that differs, and on what."""
    limits: list[str]
    """What could have been seen, over what seeds, and what was not scored."""


def summary(verdicts: Verdicts) -> Said:
    """Say which differences are significant, what could have been seen, and over what seeds."""
    missing = [one for one in [missing_in_words(verdicts)] if one]
    if not verdicts.comparisons:
        return Said("Nothing was compared, so no arm is called better than another.", [], missing)
    limits = [reach_in_words(verdicts), seeds_in_words(verdicts), *missing]
    return Said(count_in_words(verdicts), significant_in_words(verdicts), limits)


def count_in_words(verdicts: Verdicts) -> str:
    """Count the significant differences among all."""
    every = len(verdicts.comparisons)
    sure = sum(one.significant for one in verdicts.comparisons)
    how = CORRECTIONS.get(verdicts.options.correction, verdicts.options.correction)
    level = f"({how}, {percent(verdicts.options.confidence)} level)"
    against = listed(verdicts.references)
    if not sure:
        none = "The one comparison" if every == 1 else f"None of the {every} comparisons"
        shows = "shows no" if every == 1 else "shows a"
        return f"{none} with {against} {shows} significant difference {level}."
    if sure == every:
        all_of = "The one comparison" if every == 1 else f"All {every} comparisons"
        shows = "shows" if every == 1 else "show"
        return f"{all_of} with {against} {shows} a significant difference {level}."
    shows = "shows" if sure == 1 else "show"
    return (
        f"{sure} of the {every} comparisons with {against} {shows} a significant difference "
        f"{level}; the other {every - sure}: no significant difference."
    )


def significant_in_words(verdicts: Verdicts) -> list[str]:
    """Write out the significant differences, a line for each arm and direction."""
    sure: dict[tuple[str, str], list[str]] = {}
    for one in verdicts.comparisons:
        if one.significant:
            key = one.arm, "better" if one.better else "worse"
            sure.setdefault(key, []).append(f"{short_title(one)} ({difference(one)})")
    lines = [f"{arm}: {way} on {'; '.join(found)}." for (arm, way), found in sure.items()]
    more = [f"And {len(lines) - NAMED} more, in the table."] if len(lines) > NAMED else []
    return [*lines[:NAMED], *more]


def reach_in_words(verdicts: Verdicts) -> str:
    """Say how large a difference would have had to be, by unit."""
    told = []
    for name in unique(unit(one) for one in verdicts.comparisons):
        of_unit = [one for one in verdicts.comparisons if unit(one) == name]
        reach = [one for one in of_unit if one.smallest_difference_corrected is not None]
        if reach:
            told.append(f"{ends(reach)} {name}")
    if not told:
        return "How large a difference could have been seen is not known."
    return (
        "A difference would have had to be as large as "
        f"{listed(told)} to be shown with a power of {percent(verdicts.options.power)}, "
        "by the measure and the pairing: a smaller one may be there, unseen."
    )


def ends(reach: Sequence[Compared]) -> str:
    """Write the smallest and the largest of what could have been seen."""
    found = sorted(reach, key=lambda one: one.smallest_difference_corrected or 0.0)
    low, high = (
        change(one, one.smallest_difference_corrected or 0.0).removeprefix("+")
        for one in (found[0], found[-1])
    )
    return low if low == high else f"{low} to {high}"


def seeds_in_words(verdicts: Verdicts) -> str:
    """Say what the verdicts hold for: these models, or other seeds too."""
    counts = sorted({len(one.seeds) for one in verdicts.comparisons})
    if counts == [1]:
        return (
            "One seed: each verdict is of the two models that were trained, over other items of "
            "the same kind; another seed may tell otherwise."
        )
    number_of = str(counts[0]) if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    some = " (with one seed: of these very models alone)" if counts[0] == 1 else ""
    return f"Verdicts are over {number_of} seeds and over items, both taken as samples{some}."


def missing_in_words(verdicts: Verdicts) -> str:
    """Say which arms were not scored by what."""
    arms = unique(one.arm for one in verdicts.missing)
    if not arms:
        return ""
    told = [
        f"{arm} ({listed([title(one) for one in verdicts.missing if one.arm == arm])})"
        for arm in arms
    ]
    return f"Not scored: {'; '.join(told)}."


def marks_in_words(verdicts: Verdicts) -> list[str]:
    """Write each warning once, with the arms it is of where that is not all."""
    arms = unique(one.arm for one in verdicts.arms)
    told = []
    for harness, mark in dict.fromkeys((one.harness, one.mark) for one in verdicts.marks):
        marked = unique(one.arm for one in verdicts.marks if (one.harness, one.mark) ==
                        (harness, mark))  # fmt: skip
        of = "" if len(marked) == len(arms) else f" ({listed(marked)})"
        told.append(f"{harness}: {mark}{of}" if harness else f"{mark}{of}")
    return told
