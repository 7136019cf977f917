"""Accuracy by the number of steps, and whether writing them out helps."""

from typing import Any

from diversify.report.contrasts import average, contrast
from diversify.report.panels import Grid
from diversify.report.sentences.rise import plain
from diversify.report.words import listed, sentence_case


def markov(grid: Grid, confidence: float) -> str:
    """Say the accuracy at each number of steps by answer, and where the two differ."""
    steps, answers = grid.values("steps"), grid.values("answer")
    if not steps:
        return plain(grid, confidence)
    told = [at_each(grid, answer, steps) for answer in answers]
    if len(answers) == 2:
        told.append(against(grid, answers, steps, confidence))
    return " ".join(told)


def at_each(grid: Grid, answer: Any, steps: list[Any]) -> str:
    """Write the accuracy at each number of steps."""
    known = [(step, found) for step in steps if (found := grid.told(answer=answer, steps=step))]
    numbers = listed([f"{average(found):.2f}" for _, found in known])
    places = listed([str(step) for step, _ in known])
    return f"{sentence_case(str(answer))}: {numbers} at {places} {steps_in_words(known[-1][0])}."


def against(grid: Grid, answers: list[Any], steps: list[Any], confidence: float) -> str:
    """Say at which steps one answer is significantly above the other."""
    low, high = sorted(answers)
    found = {
        step: contrast(
            grid.told(answer=high, steps=step), grid.told(answer=low, steps=step), confidence
        )
        for step in steps
    }
    above = [str(step) for step, gap in found.items() if gap is not None and gap.rises]
    below = [str(step) for step, gap in found.items() if gap is not None and gap.falls]
    even = [str(step) for step, gap in found.items() if gap is not None and not gap.clear]
    told = []
    for word, at in ((f"{high} is significantly above {low}", above),
                     (f"{high} is significantly below {low}", below),
                     ("no significant difference", even)):  # fmt: skip
        if at:
            told.append(f"{word} at {listed(at)} {steps_in_words(at[-1])}")
    sentence = "; ".join(told)
    return f"{sentence_case(sentence)}." if told else ""


def steps_in_words(last: Any) -> str:
    """Write `step` or `steps`, after a list that ends in this number."""
    return "step" if str(last) == "1" else "steps"
