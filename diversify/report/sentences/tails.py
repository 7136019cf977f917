"""Uneven examples: the long tail, and halves of the data kept evenly or unevenly."""

from diversify.report.contrasts import average, contrast
from diversify.report.panels import Grid
from diversify.report.sentences.phrases import between, judge, over_seeds_in_words
from diversify.report.sentences.rise import plain


def long_tail(grid: Grid, confidence: float) -> str:
    """Say, for each number of rules, what the steepest law costs against the most even one."""
    shapes, axis = grid.values("shape"), grid.words("instructions")
    if len(shapes) < 2:
        return plain(grid, confidence)
    even, steep = shapes[0], shapes[-1]
    words = ("evenly shared" if even == "uniform" else f"at a = {even}", f"at a = {steep}")
    told = []
    for examples in grid.values("examples") or [None]:
        fixed = {} if examples is None else {"examples": examples}
        for rules in grid.values("instructions"):
            arms = [grid.told(shape=one, instructions=rules, **fixed) for one in (even, steep)]
            said = between(arms[0], arms[1], words, confidence)
            if said:
                told.append(f"{axis.told(rules)}: {said}.")
    return " ".join(told) or plain(grid, confidence)


def encrypted(grid: Grid, confidence: float) -> str:
    """Say what each way to keep fewer examples costs against keeping all."""
    arms = grid.values("arm")
    if len(arms) < 2:
        return plain(grid, confidence)
    return " ".join(
        told
        for rules in grid.values("instructions")
        for told in [of_rules(grid, rules, arms, confidence)]
        if told
    )


def of_rules(grid: Grid, rules: object, arms: list[str], confidence: float) -> str:
    """Say it for one number of rules."""
    whole = grid.told(arm=arms[0], instructions=rules)
    told = []
    for arm in arms[1:]:
        found = grid.told(arm=arm, instructions=rules)
        gap = contrast(found, whole, confidence)
        if gap is not None:
            told.append(f"{arm}: {average(found):.2f} ({gap.difference:+.2f}, {judge(gap)})")
    if not told:
        return ""
    start = f"{grid.words('instructions').told(rules)}, {arms[0]} examples: {average(whole):.2f}"
    return f"{start} ({over_seeds_in_words(grid)}). Against that, {'; '.join(told)}."
