"""Drop training rows that give a test item away, and say which one and by what.

Asymmetric: test items are never dropped. Looked at are a row's first exchange (instruction, input
and response; its later turns if asked for) and an item's prompt (instruction and input; its answer
if asked for). Words are runs of letters and digits, so a script without spaces has few of them, and
there whole prompts decide, or vectors.

Runs of 13 words are what Brown et al. (2020), "Language models are few-shot learners", appendix C,
looked for; for shorter items they took as many words as the item has, down to 8.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from diversify.config.decontaminate import DecontaminateOptions
from diversify.curation.leaking.items import Found, Items, number_items
from diversify.curation.leaking.leaks import same_prompts, similar
from diversify.curation.leaking.shared_runs import shared_runs
from diversify.curation.near.rounding import Vectors, rounded
from diversify.curation.order import PLACE, content_order
from diversify.errors import ConfigError

REASONS = ("same prompt", "shared words", "shared answer", "short item", "similar")
"""Why a row is dropped; the first that holds is told."""


class Embeddings(NamedTuple):
    """Vectors of the rows and of each test set's items, in table order and in one space."""

    rows: Vectors
    """(n, d)"""
    tests: dict[str, Vectors]
    """Test set -> (its rows, d)."""


@dataclass(frozen=True)
class DecontaminateResult:
    """Both sides: what stays, and what went for which test item."""

    kept: pd.DataFrame
    """The rows that stay, in the order they came."""
    dropped: pd.DataFrame
    """Place of each other row, with `test`, `item`, `reason` and `span` of the leak, its `cosine`
    where vectors decided, and how many `items` of which `tests` the row gives away in all."""
    tests: dict[str, int]
    """Number of items of each test set."""
    hit: dict[str, int]
    """Number of items of each test set that some row gives away."""

    def summary(self) -> dict[str, Any]:
        """Count both sides, and the leaks by test set and reason."""
        counts = self.dropped.groupby(["test", "reason"]).size()
        return {
            "rows_in": len(self.kept) + len(self.dropped),
            "rows_out": len(self.kept),
            "dropped": len(self.dropped),
            "dropped_by_test": [
                {"test": test, "items": items, "hit": self.hit[test]}
                | {reason: int(counts.get((test, reason), 0)) for reason in REASONS}
                for test, items in sorted(self.tests.items())
            ],
        }


def drop_leaks(
    rows: pd.DataFrame,
    tests: dict[str, pd.DataFrame],
    options: DecontaminateOptions,
    embeddings: Embeddings | None = None,
) -> DecontaminateResult:
    """Drop each row that asks a test item, shares a run of words with it, or lies near it.

    A row that gives several items away is dropped and counted once: by its prompt if that is an
    item's, else by its first shared run, else by the nearest item; tests go by name and items by
    id (in a row table a content hash). `items` and `tests` of a dropped row tell of the others.
    Rows of a test table with one place (`order.PLACE`) are texts of one item.

    Takes time in proportion to the words of rows and items, and at most 2 n m d operations more
    where the vectors of n rows and m items are compared.

    Raises:
        ConfigError: a similarity is asked for, and there are no vectors.
    """
    items = number_items(tests)
    found = [same_prompts(rows, items), *shared_runs(rows, items, options)]
    if options.similarity is not None:
        if embeddings is None:
            raise ConfigError("similarity: needs the vectors of rows and test items")
        near = _in_order(embeddings.tests, tests, embeddings.rows.shape[1])
        found.append(similar(rows, rounded(embeddings.rows), items, near, options.similarity))
    touched = sum((one.touched for one in found[1:]), start=found[0].touched)
    leaking = np.zeros(len(rows), dtype=bool)
    dropped = _dropped(rows, found, items, touched)
    leaking[dropped.index] = True
    names = np.array(items.tests, dtype=object)
    hit = names[np.unique(touched.indices)]
    return DecontaminateResult(
        kept=rows[~leaking].reset_index(drop=True),
        dropped=dropped.reset_index(drop=True),
        tests={name: int((names == name).sum()) for name in tests},
        hit={name: int((hit == name).sum()) for name in tests},
    )


def _in_order(
    vectors: dict[str, Vectors], tests: dict[str, pd.DataFrame], dimensions: int
) -> Vectors:
    """Put the items' vectors in the order in which `number_items` puts their texts."""
    parts = [vectors[name][content_order(tests[name])] for name in sorted(tests)]
    return rounded(np.concatenate([*parts, np.empty((0, dimensions), dtype=np.float32)]))


def _dropped(
    rows: pd.DataFrame, found: list[Found], items: Items, touched: csr_array
) -> pd.DataFrame:
    """List the leaking rows, by position in the table, with the first reason that each has."""
    leaks = {leak.row: (one.reason, leak) for one in reversed(found) for leak in one.leaks}
    listed = []
    for row, (reason, leak) in sorted(leaks.items()):
        others = touched.indices[touched.indptr[row] : touched.indptr[row + 1]]
        listed.append(
            {
                "test": items.tests[leak.item],
                "item": items.ids[leak.item],
                "reason": reason,
                "span": leak.span,
                "cosine": leak.cosine,
                "items": len(others),
                "tests": ", ".join(sorted({items.tests[item] for item in others})),
            }
        )
    types = {"cosine": "float64", "items": "int64"}
    columns = ("test", "item", "reason", "span", "cosine", "items", "tests")
    told = pd.DataFrame(listed, columns=columns, index=sorted(leaks))
    told = told.astype({name: types.get(name, "str") for name in columns})
    return rows[PLACE].reset_index(drop=True).loc[told.index].join(told)
