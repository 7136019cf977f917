"""One sentence for each figure, worked out from its numbers; no effect is said aloud too."""

from itertools import pairwise

from diversify.report.grids import Grid, Mean
from diversify.report.intervals import paired_t, wilson
from diversify.report.verdicts import best_share, mean, percent


def conclude(grid: Grid, confidence: float) -> str:
    """Say what a grid shows."""
    if "unseen" not in grid.curves:
        return "No accuracy on unseen instructions was measured."
    means = grid.means("unseen", confidence)
    if len(means) < 2:
        where = place(grid, means[0].x)
        return f"Unseen rules: {means[0].accuracy:.2f} at {where}; one place alone shows no trend."
    if grid.axis == "instructions":
        return f"{transition(grid, means, confidence)} {training(grid, confidence)}".strip()
    return f"{sweet_spot(grid, means)} {best_share(grid.by_seed('unseen'), confidence).sentence}"


def transition(grid: Grid, means: list[Mean], confidence: float) -> str:
    """Say from where to where the unseen rules went, and over which step they jumped."""
    first, last = means[0], means[-1]
    ends = (
        f"Unseen rules: {first.accuracy:.2f} at {place(grid, first.x)}, "
        f"{last.accuracy:.2f} at {place(grid, last.x)} ({seeds_in_words(grid.seeds)})."
    )
    if not stands_above(grid, last.x, first.x, confidence):
        return f"{ends} That is no significant rise: more rules did not visibly help here."
    steps = list(pairwise(means))
    low, high = max(steps, key=lambda step: step[1].accuracy - step[0].accuracy)
    if len(means) == 2:
        return ends
    return (
        f"{ends} The largest step lies between {low.x:,.0f} and {place(grid, high.x)} "
        f"({low.accuracy:.2f} to {high.accuracy:.2f})."
    )


def training(grid: Grid, confidence: float) -> str:
    """Say how well the training rules were learned meanwhile."""
    found = [one.accuracy for one in grid.means("train", confidence)]
    if not found:
        return ""
    low, high = f"{min(found):.2f}", f"{max(found):.2f}"
    return f"On the rules it trained on: {low if low == high else f'{low} to {high}'}."


def sweet_spot(grid: Grid, means: list[Mean]) -> str:
    """Say what the unseen core rules gained at the highest share, and what the seen ones paid."""
    first, top = means[0], max(means, key=lambda one: one.accuracy)
    if top is first:
        return (
            f"Unseen core rules score highest at the lowest share tried: {first.accuracy:.2f} "
            f"at {percent(first.x)} ({seeds_in_words(grid.seeds)})."
        )
    seen = {share: mean(by_seed) for share, by_seed in grid.by_seed("seen").items()}
    paid = ""
    if first.x in seen and top.x in seen:
        paid = f"; seen core rules: {seen[first.x]:.2f} and {seen[top.x]:.2f}"
    return (
        f"Unseen core rules: {first.accuracy:.2f} with {percent(first.x)} for other domains, "
        f"{top.accuracy:.2f} with {percent(top.x)} ({seeds_in_words(grid.seeds)}{paid})."
    )


def stands_above(grid: Grid, high: float, low: float, confidence: float) -> bool:
    """Tell whether unseen accuracy at one place is above that at another.

    By the paired interval over seeds; with a single seed, by Wilson intervals that do not meet.
    """
    seeds = grid.by_seed("unseen")
    gap = paired_t(seeds[high], seeds[low], confidence)
    if gap is not None:
        return gap.low > 0
    bars = {
        x: [wilson(one.exact, one.rows, confidence) for one in grid.curves["unseen"] if one.x == x]
        for x in (high, low)
    }
    return min(bar.low for bar in bars[high]) > max(bar.high for bar in bars[low])


def place(grid: Grid, x: float) -> str:
    """Write a place on the axis."""
    return f"{x:,.0f} rules" if grid.axis == "instructions" else percent(x)


def seeds_in_words(count: int) -> str:
    """Say over how many seeds a number is a mean."""
    return "one seed" if count == 1 else f"means over {count} seeds"
