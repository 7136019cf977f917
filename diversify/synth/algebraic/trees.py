"""Expressions as plain immutable trees."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
"""Binary operators, the one that binds most last; ^ groups to the right, the others to the left."""
FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt")
"""Functions of one argument; log is the natural logarithm, angles are in radians."""


class Tree(NamedTuple):
    """An operator or a function over its arguments; a leaf is a variable or a whole number.

    A lower-case letter is a variable of an expression, a capital one an abstract variable of a
    rule. Trees are equal when they are written the same: x+y is not y+x.
    """

    head: str
    arguments: "tuple[Tree, ...]" = ()


Place = tuple[int, ...]
"""Where a subtree sits: which argument to follow at each step down from the root."""


def subtrees(tree: Tree) -> Iterator[Tree]:
    """Give every subtree, the whole first and each before its own arguments."""
    yield tree
    for argument in tree.arguments:
        yield from subtrees(argument)


def depth(tree: Tree) -> int:
    """Binary operators on the longest way down: a leaf and a function of a leaf have none."""
    below = max((depth(argument) for argument in tree.arguments), default=0)
    return below + (tree.head in PRECEDENCE)


def abstract_variables(tree: Tree) -> tuple[str, ...]:
    """Name the capital letters of a tree, in the order in which they come."""
    return tuple(dict.fromkeys(node.head for node in subtrees(tree) if node.head.isupper()))


def with_letters(tree: Tree, given: Mapping[str, Tree]) -> Tree:
    """Put a tree in the place of each abstract variable that `given` names."""
    head, arguments = tree
    if not arguments:
        return given.get(head, tree)
    return Tree(head, tuple([with_letters(argument, given) for argument in arguments]))


def leaf_places(tree: Tree) -> list[Place]:
    """Say where the leaves are, from left to right; a function of a leaf is a leaf."""
    if tree.head not in PRECEDENCE:
        return [()]
    return [
        (number, *rest)
        for number, argument in enumerate(tree.arguments)
        for rest in leaf_places(argument)
    ]


def subtree_at(tree: Tree, place: Place) -> Tree:
    """Give the subtree at a place."""
    for number in place:
        tree = tree.arguments[number]
    return tree


def with_subtree(tree: Tree, place: Place, subtree: Tree) -> Tree:
    """Put a subtree at a place."""
    if not place:
        return subtree
    first, rest = place[0], place[1:]
    arguments = list(tree.arguments)
    arguments[first] = with_subtree(arguments[first], rest, subtree)
    return Tree(tree.head, tuple(arguments))
