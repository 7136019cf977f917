"""Whether a mixture of occurrences is the best to train on."""

from diversify.report.contrasts import by_seed
from diversify.report.panels import Grid
from diversify.report.sentences.rise import plain
from diversify.report.verdicts import Speech, Verdict, best_of
from diversify.report.words import listed


def occurrences(grid: Grid, confidence: float) -> str:
    """Say at which numbers of rules the mixture leads, and where the seeds are sure of it."""
    rows, axis = grid.values("occurrences"), grid.words("occurrences")
    speech = Speech("row", axis.tick)
    verdicts: dict[str, Verdict] = {}
    for rules in grid.values("instructions") or [None]:
        fixed = {} if rules is None else {"instructions": rules}
        arms = {row: by_seed(grid.told(occurrences=row, **fixed)) for row in rows}
        scored = {row: found for row, found in arms.items() if found}
        if len(scored) > 1:
            name = "" if rules is None else grid.words("instructions").told(rules)
            verdicts[name] = best_of(scored, confidence, speech)
    mixed = [row for row in rows if "+" in str(row)]
    if not verdicts:
        return plain(grid, confidence)
    if not mixed or len(verdicts) == 1:
        return " ".join(f"{name}: {one.sentence}" for name, one in verdicts.items())
    return of_mixture(verdicts, axis.tick(mixed[-1]), mixed[-1])


def of_mixture(verdicts: dict[str, Verdict], name: str, row: object) -> str:
    """Say where the mixture is highest, and where no other row is within reach."""
    highest = [where for where, one in verdicts.items() if one.leader == row]
    sure = [where for where, one in verdicts.items() if one.best == row]
    lost = {where: one.leader for where, one in verdicts.items() if one.leader != row}
    where = listed(highest) if highest else "no number of rules tried"
    told = [f"Training on a mixture ({name}) scores highest at {where}."]
    told += [f"At {where}, {leader} × does." for where, leader in lost.items()]
    if sure:
        told.append(f"Seed by seed it is above every other row at {listed(sure)}.")
    elif highest:
        told.append("No significant lead over every other row: the seeds do not allow one.")
    return " ".join(told)
