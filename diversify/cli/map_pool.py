"""What `map` reads: rows in content order, with their vectors, clusters and picks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from diversify.curation.order import content_order
from diversify.errors import ConfigError, DataError
from diversify.io.documents import read_document
from diversify.io.manifest import read_manifest
from diversify.io.tables import read_rows
from diversify.io.vectors import read_array, read_vectors
from diversify.records import prompt_text

MOST_WORDS = 4
"""Words that tell a cluster on a map."""


@dataclass(frozen=True)
class Pool:
    """Rows and their vectors in content order, so that the map hangs on no file order."""

    rows: pd.DataFrame
    vectors: NDArray[np.floating]
    clusters: NDArray[np.integer] | None = None
    picked: NDArray[np.bool_] | None = None
    """Whether a row is in the mix; None without a manifest."""


def read_pool(
    rows: Path, embeddings: Path, labels: Path | None = None, manifest: Path | None = None
) -> Pool:
    """Read rows and what is known of each.

    Raises:
        DataError: a file is missing or broken, or belongs to another table.
    """
    table = read_rows(rows)
    order = content_order(table)
    picked = {row["id"] for row in read_manifest(manifest)["rows"]} if manifest else None
    table = table.take(order)
    return Pool(
        rows=table,
        vectors=read_vectors(embeddings, len(table))[order],
        clusters=read_array(labels, len(table))[order] if labels else None,  # type: ignore[arg-type]
        picked=None if picked is None else table["id"].isin(picked).to_numpy(),
    )


def read_test_sets(tests: Path | None, embeddings: Path | None) -> dict[str, Pool]:
    """Read test items, by source.

    Raises:
        ConfigError: one of the two is given without the other.
        DataError: a file is missing or broken.
    """
    if tests is None and embeddings is None:
        return {}
    if tests is None or embeddings is None:
        raise ConfigError("--tests and --tests-embeddings belong together: give both or neither")
    items = read_pool(tests, embeddings)
    sources = items.rows["source"].to_numpy(dtype=object)
    places = {str(name): np.flatnonzero(sources == name) for name in sorted(set(sources))}
    return {name: Pool(items.rows.take(at), items.vectors[at]) for name, at in places.items()}


def read_terms(path: Path) -> list[str]:
    """Read the first few words of each cluster.

    Raises:
        DataError: the file is not one that `cluster --terms` wrote.
    """
    try:
        clusters = read_document(path)["clusters"]
        return [", ".join(word for word, _ in one["words"][:MOST_WORDS]) for one in clusters]
    except (KeyError, TypeError, ValueError):
        raise DataError(
            f"{path}: not clusters in words: give what `cluster --terms` wrote"
        ) from None


def texts_of(rows: pd.DataFrame) -> list[str]:
    """Give what each row asks."""
    return [prompt_text(i, z) for i, z in zip(rows["instruction"], rows["input"], strict=True)]
