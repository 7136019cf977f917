"""The sweet spot: what giving budget away gains and costs, and whether one share is best."""

from diversify.report.panels import Grid, Mean
from diversify.report.sentences.phrases import over_seeds_in_words
from diversify.report.sentences.rise import plain
from diversify.report.verdicts import best_of, mean
from diversify.report.words import percent


def shares(grid: Grid, confidence: float) -> str:
    """Say what the best share gained, and whether the seeds single it out."""
    means = grid.means(grid.main, confidence)
    if len(means) < 2:
        return plain(grid, confidence)
    return f"{sweet_spot(grid, means)} {best_of(grid.by_seed(grid.main), confidence).sentence}"


def sweet_spot(grid: Grid, means: list[Mean]) -> str:
    """Say what the unseen core rules gained at the highest share, and what the seen ones paid."""
    first, top = means[0], max(means, key=lambda one: one.accuracy)
    if top is first:
        return (
            f"Unseen core rules score highest at the lowest share tried: {first.accuracy:.2f} "
            f"at {percent(first.x)} ({over_seeds_in_words(grid)})."
        )
    seen = {share: mean(by_seed) for share, by_seed in grid.by_seed("seen").items()}
    paid = ""
    if first.x in seen and top.x in seen:
        paid = f"; seen core rules: {seen[first.x]:.2f} and {seen[top.x]:.2f}"
    return (
        f"Unseen core rules: {first.accuracy:.2f} with {percent(first.x)} for other domains, "
        f"{top.accuracy:.2f} with {percent(top.x)} ({over_seeds_in_words(grid)}{paid})."
    )
