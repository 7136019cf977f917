"""Many cases, one after the other, each in a folder of its own."""

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .files import Case, hostile

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where small files cost no disk."""


@dataclass
class Trial:
    """What came of the cases."""

    ends: Counter[str] = field(default_factory=Counter)
    """How many were read, and how many refused."""
    kinds: Counter[str] = field(default_factory=Counter)
    """What was done to them."""
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Sum up in one line."""
        return f"{dict(self.ends)}; {len(self.kinds)} kinds of harm; {len(self.faults)} faults"


def try_all(seeds: Iterable[int], attempt: Callable[[Case, Path], str], trial: Trial) -> Trial:
    """Try the cases of some seeds; a fault is noted with the seed that shows it again."""
    for seed in seeds:
        case = hostile(seed)
        trial.kinds.update(case.kinds)
        with tempfile.TemporaryDirectory(prefix="fuzz-", dir=MEMORY) as folder:
            try:
                trial.ends[attempt(case, Path(folder))] += 1
            except Exception as error:
                where = traceback.extract_tb(error.__traceback__)[-1]
                what = f"seed {seed} ({case.format}; {', '.join(case.kinds)})"
                place = f"{Path(where.filename).name}:{where.lineno}"
                trial.faults.append(
                    f"{what}: {type(error).__name__} at {place}: {str(error)[:300]}"
                )
    return trial
