"""Which row of a group is the most wanted, and which rows may be compared at all."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from diversify.config.dedup import DedupOptions
from diversify.curation.duplicates.pairs import Allowed, Flags
from diversify.curation.near.rounding import Positions
from diversify.curation.scores import scores_of
from diversify.errors import ConfigError


def by_priority(rows: pd.DataFrame, options: DedupOptions) -> Positions:
    """Give the positions of rows that lie in content order, the most wanted first.

    Under scope core all rows of the core come before all others.

    Raises:
        DataError: a row has no score, though the highest one is to stay.
    """
    unwanted = _unwanted(rows, options)
    outside = np.zeros(len(rows), dtype=bool)
    if options.scope == "core":
        outside = (rows["source"] != options.core).to_numpy()
    return np.lexsort((unwanted, outside))  # stable: ties stay in content order


def _unwanted(rows: pd.DataFrame, options: DedupOptions) -> npt.NDArray[np.float64]:
    """Give a number that is lowest for the row that should stay."""
    if options.keep == "score":
        return -scores_of(rows, options.score_column)
    if options.keep == "source":
        last = len(options.source_order)
        places = {name: place for place, name in enumerate(options.source_order)}
        return np.array([places.get(name, last) for name in rows["source"]], dtype=np.float64)
    if options.keep in ("longest", "shortest"):
        lengths = np.array([len(response) for response in rows["response"]], dtype=np.float64)
        return -lengths if options.keep == "longest" else lengths
    return np.zeros(len(rows))


def check_named(sources: Iterable[str], options: DedupOptions) -> None:
    """Make sure that the options name sources that are there.

    Raises:
        ConfigError: source_order or core names another.
    """
    if options.scope == "core":
        check_sources([options.core], sources, "core")
    if options.keep == "source":
        check_sources(options.source_order, sources, "source_order")


def check_sources(names: list[str], sources: Iterable[str], option: str) -> None:
    """Make sure that names are among the sources, where there are any.

    Raises:
        ConfigError: one is not; the message lists the sources.
    """
    known = sorted(set(sources))
    for name in names:
        if known and name not in known:
            raise ConfigError(f"{option}: '{name}' is not a source: give one of {', '.join(known)}")


def allowed_pairs(sources: pd.Series, options: DedupOptions) -> Allowed:
    """Say which items may be compared, by their sources and the scope."""
    number: npt.NDArray[np.intp] = pd.factorize(sources)[0]
    is_core: Flags = (sources == options.core).to_numpy()

    def may(left: Positions, right: Positions) -> Flags:
        allowed = np.ones(len(left), dtype=bool)
        if options.scope == "within":
            allowed[:] = number[left] == number[right]
        elif options.scope == "across":
            allowed[:] = number[left] != number[right]
        elif options.scope == "core":
            allowed[:] = is_core[left] & ~is_core[right]
        return allowed

    return may
