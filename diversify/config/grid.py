"""Grids: axes with the values they take, and the cells they open into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Annotated, Any

from pydantic import Field

Axes = dict[str, Annotated[list[Any], Field(min_length=1)]]
"""Values by axis: any option of the experiment's `synth`, and `seeds`."""

SINGULAR = {"shares": "share", "budgets": "budget", "seeds": "seed", "arms": "arm"}
"""What one value of an axis is called, where it has a name of its own."""


@dataclass(frozen=True)
class Cell:
    """One point of a grid."""

    name: str
    """Folder of the cell, such as share25-budget20000-seed0."""
    values: dict[str, Any]
    """Axis and value, in the order of the grid."""

    def labels(self) -> dict[str, str]:
        """Spell each value as a score's label: a number, a word, or a list joined by +."""
        return {axis: spelled(value) for axis, value in self.values.items()}


def open_cells(axes: Mapping[str, Sequence[Any]]) -> dict[str, Cell]:
    """Open axes into all their combinations, by name; the last axis varies fastest."""
    opened = {}
    for point in product(*axes.values()):
        values = {SINGULAR.get(axis, axis): value for axis, value in zip(axes, point, strict=True)}
        name = "-".join(_in_name(axis, value) for axis, value in values.items())
        opened[name] = Cell(name, values)
    return opened


def spelled(value: Any) -> str:
    """Spell a value in one word."""
    return "+".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _in_name(axis: str, value: Any) -> str:
    """Spell a value as part of a folder's name: a share in per cent, an arm by its name alone."""
    if axis == "arm":
        return spelled(value)
    return f"{axis}{value * 100:g}" if axis == "share" else f"{axis}{spelled(value)}"
