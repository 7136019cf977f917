"""Whether there is a best share of diversifying rules, and whether more of them help."""

from typing import Any

from diversify.report.contrasts import average, contrast
from diversify.report.kinds.result import Result
from diversify.report.panels import Grid
from diversify.report.sentences.phrases import basis, between, prefixed
from diversify.report.sentences.rise import plain
from diversify.report.verdicts import holm


def specialist(grid: Grid, confidence: float) -> str:
    """Say whether accuracy peaks inside the shares tried, or how it goes with more rules."""
    if grid.axis == "diversify_share":
        told = [peak(grid, rules, confidence) for rules in grid.values("diversify_rules") or [None]]
    else:
        told = [more_rules(grid, share, confidence) for share in grid.values("diversify_share")]
    return " ".join(one for one in told if one) or plain(grid, confidence)


def peak(grid: Grid, rules: Any, confidence: float) -> str:
    """Say where one number of diversifying rules scores highest, and whether that is a peak."""
    axis = grid.words("diversify_share")
    line: dict[Any, list[Result]] = {
        share: results
        for share in grid.values("diversify_share")
        if (results := grid.told(diversify_share=share, diversify_rules=rules))
    }
    if len(line) < 2:
        return ""
    shares = list(line)
    top = max(shares, key=lambda share: average(line[share]))
    words = "" if rules is None else grid.words("diversify_rules").told(rules)
    start = prefixed(words, f"Highest at {axis.tick(top)} ({average(line[top]):.2f})")
    if top in (shares[0], shares[-1]):
        side = "lowest" if top == shares[0] else "highest"
        return f"{start}, the {side} share tried: no peak inside the range."
    gaps = [contrast(line[top], line[end], confidence) for end in (shares[0], shares[-1])]
    numbers = f"{average(line[shares[0]]):.2f} and {average(line[shares[-1]]):.2f} at the ends"
    found = [gap for gap in gaps if gap is not None]
    # the place was chosen for being highest, so both ends must give way together
    known = holm([gap.p for gap in found if gap.p is not None], 1 - confidence)
    if known and all(gap.rises for gap in found):
        return f"{start}, significantly above {numbers}: a peak."
    return f"{start}, against {numbers}: no significant peak, {basis(found[0])}."


def more_rules(grid: Grid, share: Any, confidence: float) -> str:
    """Say what more diversifying rules bring at one share."""
    axis = grid.words("diversify_rules")
    line = {
        rules: results
        for rules in grid.values("diversify_rules")
        if (results := grid.told(diversify_share=share, diversify_rules=rules))
    }
    if len(line) < 2:
        return ""
    low, *_, high = line
    words = (f"with {axis.told(low)}", f"with {axis.tick(high)}")
    said = between(line[low], line[high], words, confidence)
    return f"{grid.words('diversify_share').told(share)}: {said}."
