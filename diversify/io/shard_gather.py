"""Some rows of all shards as one table, with what is known of them; a shard at a time in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.curation.lots import Keys, content_keys
from diversify.curation.order import content_order
from diversify.errors import DataError
from diversify.io.manifest import read_manifest
from diversify.io.tables import read_rows, read_table
from diversify.io.vectors import read_array


@dataclass(frozen=True)
class Gathered:
    """Rows in content-hash order, and of each list of arrays the items of these rows."""

    rows: pd.DataFrame
    arrays: list[NDArray[Any]]
    of: int
    """Rows of all shards."""


def gather(
    tables: Sequence[Path],
    arrays: Sequence[Sequence[Path]],
    most: int,
    manifest: Path | None = None,
) -> Gathered:
    """Take about `most` rows of all shards, drawn by content hash, and those of a mix.

    A row is drawn if its hash lies in the first `most` / rows of all hashes: so each row is drawn
    by itself, the same ones whatever the shards, and all where there are no more than `most`.

    Args:
        tables: row tables, one for each shard.
        arrays: lists of arrays, each with one array for each table, in the order of its rows.
        most: rows that are wanted; by chance it is more or less by about their square root.
        manifest: of a mix whose rows are taken too.

    Raises:
        DataError: a file is not what it should be, or the shards hold no row of the mix.
    """
    ids = [read_table(path, ["id"])["id"] for path in tables]
    count = sum(map(len, ids))
    named = _named(manifest) if manifest else set()
    taken_rows, taken = [], [[] for _ in arrays]  # type: list[pd.DataFrame], list[list[Any]]
    for number, (path, of_table) in enumerate(zip(tables, ids, strict=True)):
        at = np.flatnonzero(_drawn(content_keys(of_table), most, count) | of_table.isin(named))
        taken_rows.append(read_rows(path).iloc[at])
        for found, paths in zip(taken, arrays, strict=True):
            found.append(read_array(paths[number], len(of_table))[at])
    rows = pd.concat(taken_rows, ignore_index=True)
    lost = named - set(rows["id"])
    if lost:
        raise DataError(f"{manifest}: {len(lost)} of its rows are in no shard: draw the mix again")
    order = content_order(rows)
    joined = [np.concatenate(found)[order] for found in taken]
    return Gathered(rows.iloc[order].reset_index(drop=True), joined, count)


def _named(manifest: Path) -> set[str]:
    return {row["id"] for row in read_manifest(manifest)["rows"]}


def _drawn(keys: Keys, most: int, count: int) -> NDArray[np.bool_]:
    if count <= most:
        return np.ones(len(keys), dtype=np.bool_)
    bound = np.uint64((most << 64) // count)
    drawn: NDArray[np.bool_] = keys < bound
    return drawn
