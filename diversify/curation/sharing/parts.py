"""The parts that a mix is made of: the core, each source with a quota of its own, and the rest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.mix import MixOptions
from diversify.config.quota import EACH, Quota
from diversify.curation.near.rounding import Positions
from diversify.errors import ConfigError
from diversify.records import digest

Costs = npt.NDArray[np.int64]
"""What each row of the table takes from the budget: 1, or its tokens.  # (n,)"""

CORE, OTHERS, FILE, FIRST_NAMED = 0, 1, 2, 3
"""What the seed is used for: each part draws by itself, so the size of one leaves the ranking of
another alone. FILE is the order of the file."""


@dataclass(frozen=True)
class Part:
    """Rows that share a say in the budget."""

    name: str
    """Name of the source; empty for the rest, which has no quota."""
    reason: str
    """How the manifest calls it: `core`, the source, `others`, or `all` if that is all there is."""
    stream: int
    """What its random draws are seeded with, beside the seed."""
    rows: Positions
    """Positions of its rows in the table, in content-hash order."""


def parts_of(
    sources: pd.Series,
    by_content: Positions,
    options: MixOptions,
    known: list[str] | None = None,
) -> list[Part]:
    """Divide the rows, given in content-hash order, into parts: the core first, the rest last.

    A source with a quota, by name or by `each`, is a part of its own; a part may have no rows.
    Where rows_of names the rows of each source, these are all the parts, in alphabetical order.
    `known` names all sources there are, where these are but some of the rows.

    Raises:
        ConfigError: the core, a quota or rows_of names a source that is not there.
    """
    names = sources.iloc[by_content].to_numpy()
    if options.rows_of:
        check_known(sorted(options.rows_of), known or sorted(set(sources)), "rows_of")
        return [_part(name, by_content[names == name], options) for name in sorted(options.rows_of)]
    known = sorted(set(names)) if known is None else known
    check_known([options.core] if options.core else [], known, "core")
    quotas = {**options.source_min, **options.source_max}
    check_known([name for name in quotas if name != EACH], known, "quota of source")
    own = known if EACH in quotas else sorted(set(quotas))
    named = [options.core] * bool(options.core) + [name for name in own if name != options.core]
    parts = [_part(name, by_content[names == name], options) for name in named]
    rest = by_content[~np.isin(names, named)]
    if len(rest) or not named or (options.core and len(named) == 1):
        parts.append(Part("", "others" if named else "all", OTHERS, rest))
    return parts


def _part(name: str, rows: Positions, options: MixOptions) -> Part:
    if name == options.core:
        return Part(name, "core", CORE, rows)
    return Part(name, name, FIRST_NAMED + int(digest(name)[:8], 16), rows)


def check_known(names: list[str], known: list[str], what: str) -> None:
    """Make sure that names are among the sources.

    Raises:
        ConfigError: one is not; the message lists the sources.
    """
    for name in names:
        if name not in known:
            raise ConfigError(f"{what} '{name}' is not a source: give one of {', '.join(known)}")


def quota_of(name: str, quotas: dict[str, Quota]) -> Quota | None:
    """Give the quota of a source or cluster: its own, or that of each; the rest has none."""
    return quotas.get(name, quotas.get(EACH)) if name else None


def as_least(quota: Quota | None, budget: int) -> int:
    """Say how much a lower quota asks of a budget: a share is rounded up."""
    if quota is None:
        return 0
    return quota if isinstance(quota, int) else int(np.ceil(round(quota * budget, 6)))


def as_most(quota: Quota | None, budget: int) -> int:
    """Say how much an upper quota leaves of a budget: a share is rounded down."""
    if quota is None:
        return budget
    return min(budget, quota) if isinstance(quota, int) else int(round(quota * budget, 6))
