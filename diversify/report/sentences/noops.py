"""Whether the share of inputs with nothing to do matters."""

from itertools import combinations
from typing import Any

from diversify.report.contrasts import average, contrast
from diversify.report.kinds.result import Result
from diversify.report.panels import Grid
from diversify.report.sentences.phrases import basis, spread_in_words
from diversify.report.sentences.rise import plain

PASSED = 0.5
"""Accuracy from which a model counts as following unseen rules."""


def noops(grid: Grid, confidence: float) -> str:
    """Say from how many rules on the shares differ by how little."""
    shares = {rules: by_share(grid, rules) for rules in grid.values("instructions")}
    by_rules = {rules: found for rules, found in shares.items() if len(found) > 1}
    if not by_rules:
        return plain(grid, confidence)
    told = [differences(grid, by_rules, confidence)]
    idle = [grid.told(set="unseen_noop", instructions=rules) for rules in shares]
    if any(idle):
        told.append(f"Inputs with nothing to do: {spread_in_words([one for one in idle if one])}.")
    return " ".join(told)


def by_share(grid: Grid, rules: Any) -> dict[Any, list[Result]]:
    """Results on inputs with something to do, by share of no-ops."""
    shares = {
        share: grid.told(noop_share=share, instructions=rules)
        for share in grid.values("noop_share")
    }
    return {share: results for share, results in shares.items() if results}


def differences(grid: Grid, by_rules: dict[Any, dict[Any, list[Result]]], confidence: float) -> str:
    """Say how far apart the shares are where all of them have passed."""
    axis, shares = grid.words("instructions"), grid.words("noop_share")
    low = min(by_rules, key=lambda rules: worst(by_rules[rules]))
    passed = from_where_all_pass(by_rules)
    if not passed:
        top = max(by_rules, key=lambda rules: worst(by_rules[rules]))
        return (
            f"Inputs with something to do: at no number of rules do all shares reach {PASSED:g}; "
            f"the lowest share stands at {worst(by_rules[top]):.2f} at {axis.told(top)}."
        )
    apart = max(gap(by_rules[rules]) for rules in passed)
    tried = grid.values("noop_share")
    start = "At every number of rules" if len(passed) == len(by_rules) else (
        f"Inputs with something to do: {worst(by_rules[low]):.2f} at {axis.told(low)}; "
        f"from {axis.told(passed[0])} on"
    )  # fmt: skip
    return (
        f"{start}, accuracy on them differs by at most {apart:.2f} between shares of "
        f"{shares.tick(tried[0])} and {shares.tick(tried[-1])} "
        f"({judged([by_rules[rules] for rules in passed], confidence)})."
    )


def from_where_all_pass(by_rules: dict[Any, dict[Any, list[Result]]]) -> list[Any]:
    """Numbers of rules from which on every share has passed."""
    passed: list[Any] = []
    for rules in reversed(list(by_rules)):
        if worst(by_rules[rules]) < PASSED:
            break
        passed.insert(0, rules)
    return passed


def worst(shares: dict[Any, list[Result]]) -> float:
    """Lowest mean over the shares."""
    return min((average(results) for results in shares.values()), default=0.0)


def gap(shares: dict[Any, list[Result]]) -> float:
    """Highest mean over the shares minus the lowest."""
    found = [average(results) for results in shares.values()]
    return max(found) - min(found)


def judged(places: list[dict[Any, list[Result]]], confidence: float) -> str:
    """Say whether any two shares differ significantly, corrected for the number of pairs."""
    pairs = [pair for shares in places for pair in combinations(shares.values(), 2)]
    stricter = 1 - (1 - confidence) / max(len(pairs), 1)
    found = [one for pair in pairs if (one := contrast(*pair, stricter)) is not None]
    clear = sum(one.clear for one in found)
    number = f"a significant difference in {clear}" if clear else "no significant difference in any"
    return f"{number} of {len(found)} pairs, {basis(found[0])}"
