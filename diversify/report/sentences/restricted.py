"""Whether constrained patterns carry to lower k: families, mixtures, more rules, larger k."""

from typing import Any

from diversify.report.contrasts import average, contrast
from diversify.report.kinds.result import Result
from diversify.report.panels import Grid
from diversify.report.sentences.phrases import between, judge, spread_in_words
from diversify.report.sentences.rise import plain
from diversify.report.words import listed


def restricted(grid: Grid, confidence: float) -> str:
    """Compare families at one cell, then numbers of rules and ranges of k for the richest."""
    families = grid.values("families")
    told = [
        by_families(grid, confidence) if len(families) > 1 else "",
        along(grid, "instructions", families[-1], confidence),
        along(grid, "k_max", families[-1], confidence),
        within(grid),
    ]
    return " ".join(one for one in told if one) or plain(grid, confidence)


def by_families(grid: Grid, confidence: float) -> str:
    """Say how each family does where most of them were tried, and whether the mixture leads."""
    rules, k_max = fullest(grid)
    found = {
        one: results
        for one in grid.values("families")
        if (results := grid.told(families=one, instructions=rules, k_max=k_max))
    }
    axis = grid.words("families")
    numbers = listed(
        [f"{average(results):.2f} with {axis.tick(one)}" for one, results in found.items()]
    )
    where = ", ".join(
        grid.words(name).told(value)
        for name, value in (("instructions", rules), ("k_max", k_max))
        if value is not None
    )
    return f"At lower k ({where}): {numbers}. {lead(found, axis.tick, confidence)}".strip()


def fullest(grid: Grid) -> tuple[Any, Any]:
    """The rules and k at which most families were tried; of several, most rules, lowest k."""
    ks = grid.values("k_max") or [None]
    places = [(rules, k) for rules in grid.values("instructions") or [None] for k in ks]

    def tried(place: tuple[Any, Any]) -> int:
        found = grid.told(instructions=place[0], k_max=place[1])
        return len({one.values["families"] for one in found})

    return max(places, key=lambda place: (tried(place), place[0] or 0, -ks.index(place[1])))


def lead(found: dict[Any, list[Result]], say: Any, confidence: float) -> str:
    """Say whether the richest mixture is above the best single family."""
    single = {one: results for one, results in found.items() if "+" not in str(one)}
    mixed = [one for one in found if "+" in str(one)]
    if not single or not mixed:
        return ""
    best = max(single, key=lambda one: average(single[one]))
    gap = contrast(found[mixed[-1]], single[best], confidence)
    assert gap is not None, "both have results"
    return (
        f"The mixture against the best single family, {say(best)}: "
        f"{gap.difference:+.2f} ({judge(gap)})."
    )


def along(grid: Grid, axis: str, families: Any, confidence: float) -> str:
    """Say what the richest mixture gains or loses from one end of an axis to the other."""
    ends = grid.values(axis)
    other = "k_max" if axis == "instructions" else "instructions"
    if len(ends) < 2:
        return ""
    held = grid.values(other)
    # more rules are tried at the lowest k, larger k with the most rules
    fixed = {} if not held else {other: held[0] if other == "k_max" else held[-1]}
    arms = [grid.told(**{axis: end, "families": families}, **fixed) for end in (ends[0], ends[-1])]
    words = [f"at {grid.words(axis).told(end)}" for end in (ends[0], ends[-1])]
    said = between(arms[0], arms[1], (words[0], words[1]), confidence)
    start = "More rules" if axis == "instructions" else "Larger k"
    return f"{start}, {grid.words('families').tick(families)}: {said}." if said else ""


def within(grid: Grid) -> str:
    """Say how the same models do at the k they trained on."""
    found: dict[tuple[Any, ...], list[Result]] = {}
    for one in grid.told(set="within"):
        cell = tuple(one.values.get(axis) for axis in ("families", "k_max", "instructions"))
        found.setdefault(cell, []).append(one)
    if not found:
        return ""
    return f"Unseen rules at the k they trained on: {spread_in_words(list(found.values()))}."
