"""Rules that follow from those of the catalogue: as many as a model from scratch needs.

Small expressions are put for the variables of a rule, and both its sides into one operation:
from A*(B+C) = A*B+A*C follows log(A*(2+C)) = log(A*2+A*C). What holds under any grounding still
holds, so a derived rule is as proven as the one it comes from.
"""

import random
from functools import cache

from diversify.synth.algebraic.rules import Rule, all_rules, meaning
from diversify.synth.algebraic.trees import FUNCTIONS, PRECEDENCE, Tree, with_letters
from diversify.synth.algebraic.values import often_real

LETTERS = "ABC"
"""Variables of derived rules; with more of them rows would be long."""
CHANGED = 0.5
"""Share of a rule's variables that are replaced, and of the rules put into an operation."""


@cache
def derived_rules(count: int, size: int) -> tuple[Rule, ...]:
    """Derive `count` rules of at most `size`; none says what another or the catalogue says.

    Always the same ones: fewer are the head of more. About 0.3 ms each.
    """
    rng = random.Random("derived rules")
    known = {meaning(rule) for rule in all_rules()}
    short = [rule for rule in all_rules() if rule.size < size]
    found: list[Rule] = []
    while len(found) < count:
        left, right = _derived(rng, rng.choice(short))
        rule = Rule(len(all_rules()) + len(found), "derived", left, right)
        if left == right or rule.size > size or not often_real(left, right):
            continue
        said = meaning(rule)
        if said not in known:
            known.add(said)
            found.append(rule)
    return tuple(found)


def _derived(rng: random.Random, rule: Rule) -> tuple[Tree, Tree]:
    given = {
        letter: _small(rng, Tree(rng.choice(LETTERS))) if rng.random() < CHANGED else Tree(letter)
        for letter in rule.letters
    }
    left, right = with_letters(rule.left, given), with_letters(rule.right, given)
    if rng.random() < CHANGED:
        around = _small(rng, Tree("Z"))
        left, right = with_letters(around, {"Z": left}), with_letters(around, {"Z": right})
    return left, right


def _small(rng: random.Random, tree: Tree) -> Tree:
    """Put a tree into a function, or beside a variable or a number."""
    if rng.random() < CHANGED:
        return Tree(rng.choice(FUNCTIONS), (tree,))
    other = Tree(rng.choice(LETTERS) if rng.random() < CHANGED else str(rng.randint(1, 9)))
    pair = (tree, other) if rng.random() < CHANGED else (other, tree)
    return Tree(rng.choice(tuple(PRECEDENCE)), pair)
