"""Every kind of experiment, and how scores tell their own."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from diversify.report.kinds.abstraction import ABSTRACTION
from diversify.report.kinds.record import SETS, Kind, Stroke, View
from diversify.report.kinds.rewriting import REWRITING
from diversify.report.words import is_number, unique

SHARE = Kind(
    name="sweet spot",
    asked="How much of a fixed budget should go to other domains?",
    needs=frozenset({"share"}),
    views=(View(("share", SETS)),),
    sets={
        "other": Stroke("Unseen rules of other operations", "third", marker="^"),
        "seen": Stroke("Seen core rules", "second", marker="s"),
        "unseen": Stroke("Unseen core rules", "main"),
    },
)

KINDS = (*ABSTRACTION, *REWRITING, SHARE)
"""Known kinds; of two that fit equally well, the earlier one is taken."""

NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "noop_share": (0,),
    "shape": ("uniform",),
    "occurrences": (1, "1"),
    "diversify_share": (0,),
    "diversify_rules": (0,),
}
"""Values at which an axis, the same in all cells, is no part of the experiment."""

Cell = Mapping[str, Any]


def kind_of(cells: Sequence[Cell], options: Collection[str] = ()) -> Kind | None:
    """Choose the kind that needs the most axes and options, all of them there.

    An axis is there if every cell holds it, and it varies or is not at its neutral value. Cells of
    unknown axes make a plain kind of their own, if anything varies at all; else there is none.
    """
    there = present(cells)
    fitting = [one for one in KINDS if one.needs <= there and one.options <= there | {*options}]
    if not fitting:
        return plain_kind(cells)
    return max(fitting, key=lambda one: len(one.needs) + len(one.options))


def present(cells: Sequence[Cell]) -> set[str]:
    """Axes that every cell holds and that are part of the experiment."""
    return {
        axis
        for axis in held(cells)
        if varies(cells, axis) or cells[0][axis] not in NEUTRAL.get(axis, ())
    }


def plain_kind(cells: Sequence[Cell]) -> Kind | None:
    """Make a kind for cells of unknown axes: along the first that varies, numbers before words."""
    varying = [axis for axis in held(cells) if varies(cells, axis)]
    if not varying:
        return None
    along = next((axis for axis in varying if all(is_number(one[axis]) for one in cells)), "")
    axis = along or varying[0]
    return Kind(
        name="plain",
        asked=f"What difference does {axis.replace('_', ' ')} make?",
        needs=frozenset({axis}),
        views=(View((axis, SETS)),),
    )


def held(cells: Sequence[Cell]) -> list[str]:
    """Axes that every cell holds."""
    return [axis for axis in unique(key for one in cells for key in one) if
            all(one.get(axis) is not None for one in cells)]  # fmt: skip


def varies(cells: Sequence[Cell], axis: str) -> bool:
    """Tell whether an axis takes more than one value."""
    return len({one[axis] for one in cells}) > 1
