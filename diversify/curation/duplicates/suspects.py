"""Which rows of many shards might be the same, told by a few numbers a row.

Rows that ask the same share a key, and so do rows that MinHash would compare; no two others are
ever found alike. So rows that share a key, at any remove, form a group, and what becomes of a row
is settled inside its group: deciding each group by itself gives what deciding on all rows at once
gives.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from diversify.config.dedup import DedupOptions
from diversify.curation.duplicates.minhash import band_keys, bands_and_rows
from diversify.curation.duplicates.questions import items_of, question_texts
from diversify.curation.duplicates.shingles import shingles_of
from diversify.curation.lots import Keys, content_keys
from diversify.curation.near.rounding import Positions
from diversify.errors import ConfigError


def suspect_keys(rows: pd.DataFrame, options: DedupOptions) -> Keys:
    """Give each row its keys (n, k): that of its question, and its bands where words count.

    Raises:
        ConfigError: the method looks at vectors, which have no keys.
    """
    if options.method == "semantic":
        raise ConfigError("method semantic compares all vectors at once: it cannot be sharded")
    items = items_of(rows, options, [])
    asked = content_keys(items.names)
    keys = asked[:, None]
    if options.method == "minhash":
        shingles = shingles_of(question_texts(rows, items, options), options.shingle)
        bands = band_keys(shingles, *bands_and_rows(options), options.hash_seed)
        keys = np.concatenate([keys, bands], axis=1)
    return keys[items.question_of_row]


def groups_of(columns: Iterable[Keys], rows: int) -> Positions:
    """Number the rows (rows,) so that rows which share a key in any column share a number.

    Takes a column at a time, O(rows log rows) each, and holds three numbers a row.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    found: Positions = np.arange(rows)
    for keys in columns:
        order = np.argsort(keys, kind="stable")
        same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
        left, right = found[order[same]], found[order[same + 1]]
        links = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(rows, rows))
        found = connected_components(links.tocsr(), directed=False)[1][found]
    return found


def batches(groups: Positions, rows_at_once: int) -> Iterator[Positions]:
    """Give the positions of the rows that share a group, whole groups at a time.

    A batch ends when it has `rows_at_once` rows; a larger group is a batch of its own.
    """
    sizes = np.bincount(groups)
    order = np.argsort(groups, kind="stable")
    order = order[sizes[groups[order]] > 1]
    ends = np.cumsum(sizes[sizes > 1])
    start = 0
    while start < len(order):
        full = np.searchsorted(ends, start + rows_at_once, side="right")
        stop = int(max(ends[full - 1] if full else 0, ends[np.searchsorted(ends, start, "right")]))
        yield np.sort(order[start:stop])
        start = stop
