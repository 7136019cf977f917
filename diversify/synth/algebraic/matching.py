"""Where a rule applies in an expression, and what rewriting there gives.

Matching is by writing: an abstract variable stands for any subtree, for the same one wherever it
comes again; sums and products are not commuted.
"""

from collections.abc import Iterator

from diversify.synth.algebraic.trees import Place, Tree, subtree_at, with_letters, with_subtree

Binding = dict[str, Tree]
"""What stands for each abstract variable."""


def match(pattern: Tree, tree: Tree) -> Binding | None:
    """Say what the abstract variables stand for if the tree is an instance of the pattern."""
    binding: Binding = {}
    return binding if _bind(pattern, tree, binding) else None


def places(pattern: Tree, tree: Tree, at: Place = ()) -> Iterator[Place]:
    """Find every instance of a pattern, from the root down."""
    if _bind(pattern, tree, {}):
        yield at
    for number, argument in enumerate(tree.arguments):
        # nothing but a variable or a number can match a leaf, and no left side is one
        if argument.arguments:
            yield from places(pattern, argument, (*at, number))


def rewritten(tree: Tree, left: Tree, right: Tree, place: Place) -> Tree:
    """Rewrite the instance of `left` at a place of the tree as `right`."""
    binding = match(left, subtree_at(tree, place))
    assert binding is not None, "the place is one where the pattern was found"
    return with_subtree(tree, place, with_letters(right, binding))


def _bind(pattern: Tree, tree: Tree, binding: Binding) -> bool:
    head, arguments = pattern
    if not arguments:
        return binding.setdefault(head, tree) == tree if head.isupper() else pattern == tree
    if head != tree.head:
        return False
    # operators and functions have one number of arguments each
    for part, argument in zip(arguments, tree.arguments, strict=True):
        if not _bind(part, argument, binding):
            return False
    return True
