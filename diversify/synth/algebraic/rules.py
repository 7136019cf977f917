"""Equational rules: a left side, a right side, and when two of them are the same."""

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import permutations

from diversify.synth.algebraic.catalogue import FAMILIES
from diversify.synth.algebraic.parser import parse
from diversify.synth.algebraic.text import Brackets, text_of
from diversify.synth.algebraic.trees import Tree, abstract_variables, subtrees, with_letters

COMMUTING = ("+", "*")
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Rule:
    """`left` may be rewritten as `right`, whatever stands for the abstract variables."""

    number: int
    """Its place in the catalogue."""
    family: str
    left: Tree
    right: Tree

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The abstract variables, in the order in which the left side names them."""
        return abstract_variables(self.left)

    @cached_property
    def size(self) -> int:
        """Operators, functions, variables and numbers on both sides together."""
        return sum(1 for side in (self.left, self.right) for _ in subtrees(side))

    def text(self, brackets: Brackets = "few") -> str:
        """Write the rule as an instruction: left = right."""
        return f"{text_of(self.left, brackets)} = {text_of(self.right, brackets)}"

    def renamed(self, letters: tuple[str, ...]) -> "Rule":
        """Call the abstract variables by other letters, in their order."""
        given = {old: Tree(new) for old, new in zip(self.letters, letters, strict=True)}
        left, right = with_letters(self.left, given), with_letters(self.right, given)
        return Rule(self.number, self.family, left, right)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Give the rules of the catalogue, numbered in its order."""
    listed = [(family, text) for family, texts in FAMILIES.items() for text in texts]
    return tuple(Rule(number, family, *sides(text)) for number, (family, text) in enumerate(listed))


def sides(equation: str) -> tuple[Tree, Tree]:
    """Read an equation: "left = right"."""
    left, right = equation.split("=")
    return parse(left), parse(right)


def meaning(rule: Rule) -> tuple[Tree, ...]:
    """Give two rules the same value when they say the same.

    They do when renaming their variables, commuting sums and products and exchanging the sides
    makes one of the other. All orders of the variables are tried: 24 for four of them.
    """
    return min(
        tuple(sorted(_commuted(side) for side in (named.left, named.right)))
        for named in (
            rule.renamed(letters) for letters in permutations(CAPITALS[: len(rule.letters)])
        )
    )


def _commuted(tree: Tree) -> Tree:
    arguments = tuple(_commuted(argument) for argument in tree.arguments)
    return Tree(tree.head, tuple(sorted(arguments)) if tree.head in COMMUTING else arguments)
