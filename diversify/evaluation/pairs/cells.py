"""The arm and the seed of a cell, by which scores and summaries find each other."""

from collections.abc import Mapping
from typing import Any


def arm_of(cell: Mapping[str, Any]) -> str:
    """Name the arm of a cell: its label `arm` where that is all, else every label but the seed."""
    rest = {name: value for name, value in cell.items() if name != "seed"}
    if rest.keys() == {"arm"}:
        return str(rest["arm"])
    return ", ".join(f"{name}={value}" for name, value in rest.items())
